using MediatR;

namespace TaskManagement.Application.Common;

/// <summary>A request that changes something: it runs in a transaction and may carry an idempotency key.</summary>
public interface ICommand : IBaseRequest;

/// <summary>A command that answers with something that is only known once it is saved.</summary>
/// <typeparam name="T">What it answers with.</typeparam>
public interface ICommand<T> : ICommand, IRequest<Saved<T>>;

/// <summary>A request that only reads.</summary>
public interface IQuery : IBaseRequest;

/// <summary>A request that only reads.</summary>
/// <typeparam name="T">What it answers with.</typeparam>
public interface IQuery<out T> : IQuery, IRequest<T>;
