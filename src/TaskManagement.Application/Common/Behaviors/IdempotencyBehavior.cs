using System.Security.Cryptography;
using System.Text.Json;
using MediatR;
using TaskManagement.Application.Common.Json;

namespace TaskManagement.Application.Common.Behaviors;

/// <summary>
/// Answers a command that carries a known idempotency key with the first answer, and stores the answer of one that carries a new key.
/// It runs inside the transaction: the key is kept if and only if the change is.
/// </summary>
internal sealed class IdempotencyBehavior<TRequest, TResponse>(ICallContext call, IIdempotencyStore store, CommandScope command)
    : IPipelineBehavior<TRequest, TResponse>
    where TRequest : ICommand
    where TResponse : ISaved<TResponse>
{
    public async Task<TResponse> Handle(TRequest request, RequestHandlerDelegate<TResponse> next, CancellationToken cancellationToken)
    {
        // The key belongs to the command that the caller sent, not to those that handlers send on its account.
        return call.IdempotencyKey is { } key && command.Depth == 1 && request is not IUnrepeatable ? await AnswerOnceAsync(key, request, next, cancellationToken) : await next();
    }

    private async Task<TResponse> AnswerOnceAsync(
        string key, TRequest request, RequestHandlerDelegate<TResponse> next, CancellationToken cancellationToken)
    {
        var hash = Hash(request);
        if (await store.FindAsync(call.Actor, key, cancellationToken) is { } stored)
        {
            if (!string.Equals(stored.RequestHash, hash, StringComparison.Ordinal))
                throw new IdempotencyKeyReusedException();
            call.MarkReplayed();
            return TResponse.FromJson(stored.Answer, AppJson.Options);
        }

        var response = await next();
        store.Add(call.Actor, key, hash, () => response.ToJson(AppJson.Options));
        return response;
    }

    private static string Hash(TRequest request)
    {
        using var buffer = new MemoryStream();
        JsonSerializer.Serialize(buffer, typeof(TRequest).Name, AppJson.Options);
        JsonSerializer.Serialize(buffer, request, AppJson.Options);
        return Convert.ToHexStringLower(SHA256.HashData(buffer.GetBuffer().AsSpan(0, (int)buffer.Length)));
    }
}
