using System.ComponentModel.DataAnnotations;

namespace TaskManagement.Infrastructure.Identity;

/// <summary>The section <c>Bootstrap</c> of the configuration.</summary>
public sealed class BootstrapOptions
{
    /// <summary>The name of the section.</summary>
    public const string Section = "Bootstrap";

    private const string Rule = "Bootstrap:AdminToken must have 16 to 200 visible ASCII characters.";

    /// <summary>The administrator's token. If it is not set, one is made and printed when the service first starts with an empty database.</summary>
    [RegularExpression(@"[!-~]*", ErrorMessage = Rule)]
    [StringLength(200, MinimumLength = 16, ErrorMessage = Rule)]
    public string? AdminToken { get; set; }
}
