using MediatR;

namespace TaskManagement.Application.Operations;

/// <summary>A command that changes what the engine has to do, so that it is told as soon as the command is committed.</summary>
public interface ISteersDelivery : IBaseRequest;

/// <summary>Wakes the engine.</summary>
public interface IEngineWakeUp
{
    /// <summary>The engine of this process looks at once what there is to do. Others see it within seconds.</summary>
    void Wake();
}

/// <summary>Wakes the engine after a command that steers it. It stands outside of the transaction, so what the engine then sees is committed.</summary>
internal sealed class WakeEngineBehavior<TRequest, TResponse>(IEngineWakeUp engine) : IPipelineBehavior<TRequest, TResponse>
    where TRequest : ISteersDelivery
{
    public async Task<TResponse> Handle(TRequest request, RequestHandlerDelegate<TResponse> next, CancellationToken cancellationToken)
    {
        var response = await next();
        engine.Wake();
        return response;
    }
}
