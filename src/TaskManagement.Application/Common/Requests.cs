using MediatR;

namespace TaskManagement.Application.Common;

/// <summary>A request that changes something: it runs in a transaction and may carry an idempotency key.</summary>
public interface ICommand : IBaseRequest;

/// <summary>A command that answers with something that is only known once it is saved.</summary>
/// <typeparam name="T">What it answers with.</typeparam>
public interface ICommand<T> : ICommand, IRequest<Saved<T>>;

/// <summary>
/// A request with a part that takes long or is secret, such as checking a password: it does that before there is a transaction, which would keep
/// others waiting, and then sends the command that does the rest.
/// </summary>
public interface IGuardedRequest : IBaseRequest;

/// <inheritdoc cref="IGuardedRequest" />
/// <typeparam name="T">What it answers with.</typeparam>
public interface IGuardedRequest<out T> : IGuardedRequest, IRequest<T>;

/// <summary>
/// A command that is made anew each time, or answers with what must not be kept: an idempotency key has no effect on it. What it needs to be sent
/// twice without harm, it has by itself: a code or a token is used up by the first.
/// </summary>
public interface IUnrepeatable : ICommand;

/// <summary>
/// A command that sees by itself what was done before. If what it adds is there by the time it is saved, others were at the same at the same time:
/// it is run again, as after any other conflict.
/// </summary>
public interface ISettlesDuplicates : ICommand;

/// <summary>A request that only reads.</summary>
public interface IQuery : IBaseRequest;

/// <summary>A request that only reads.</summary>
/// <typeparam name="T">What it answers with.</typeparam>
public interface IQuery<out T> : IQuery, IRequest<T>;
