namespace TaskManagement.Application.Common;

/// <summary>An answer with something that is shown this once and kept nowhere, so neither is it kept for a caller who asks again.</summary>
/// <typeparam name="TSelf">The answer's own type.</typeparam>
public interface IShowsOnce<out TSelf>
{
    /// <summary>The same without it.</summary>
    TSelf WithoutSecret();
}
