using System.ComponentModel.DataAnnotations;

namespace TaskManagement.Infrastructure.Identity;

/// <summary>The section <c>Bootstrap</c> of the configuration.</summary>
public sealed class BootstrapOptions
{
    /// <summary>The name of the section.</summary>
    public const string Section = "Bootstrap";

    /// <summary>The administrator's token. If it is not set, one is made and printed when the service first starts with an empty database.</summary>
    [RegularExpression(@"[!-~]{16,200}", ErrorMessage = "Bootstrap:AdminToken must have 16 to 200 visible ASCII characters.")]
    public string? AdminToken { get; set; }
}
