using MediatR;

namespace TaskManagement.Application.Common;

/// <summary>A request that changes something: it runs in a transaction and may carry an idempotency key.</summary>
public interface ICommand : IBaseRequest;

/// <summary>A command that answers with something that is only known once it is saved.</summary>
/// <typeparam name="T">What it answers with.</typeparam>
public interface ICommand<T> : ICommand, IRequest<Saved<T>>;

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
