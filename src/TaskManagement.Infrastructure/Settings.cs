using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using System.Reflection;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace TaskManagement.Infrastructure;

/// <summary>Reads sections of the configuration strictly: everything wrong with one is said in a sentence that names the setting.</summary>
public static class Settings
{
    /// <summary>
    /// Registers an options class that is bound to a section and checked by its annotations when the service starts.
    /// A setting that does not exist, or whose value is not of its type, is a mistake like any other.
    /// </summary>
    /// <typeparam name="TOptions">The options: flat, with properties that are made from text.</typeparam>
    /// <param name="services">The services to add to.</param>
    /// <param name="configuration">What the section is in.</param>
    /// <param name="section">The name of the section.</param>
    public static OptionsBuilder<TOptions> AddSettings<TOptions>(this IServiceCollection services, IConfiguration configuration, string section)
        where TOptions : class
    {
        services.AddSingleton<IValidateOptions<TOptions>, AnnotatedRules<TOptions>>();
        return services.AddOptions<TOptions>()
            .Configure(options =>
            {
                var settings = configuration.GetSection(section);
                string[] faults = [.. Faults(settings, typeof(TOptions))];
                if (faults.Length > 0)
                    throw new OptionsValidationException(section, typeof(TOptions), faults);
                settings.Bind(options);
            })
            .ValidateOnStart();
    }

    internal static IEnumerable<string> Faults(IConfigurationSection settings, Type options)
    {
        foreach (var setting in settings.GetChildren())
        {
            var property = options.GetProperty(setting.Key, BindingFlags.Public | BindingFlags.Instance | BindingFlags.IgnoreCase);
            if (property is null || setting.GetChildren().Any())
                yield return $"{setting.Path} is not a setting; {settings.Key} has {Listed(options.GetProperties().Select(known => known.Name), "and")}.";
            else if (!IsOf(property.PropertyType, setting.Value))
                yield return $"{settings.Key}:{property.Name} must be {Expected(property.PropertyType)}, not '{setting.Value}'.";
        }
    }

    private static bool IsOf(Type type, string? value)
    {
        if (type == typeof(string) || value is null || (value.Length == 0 && Nullable.GetUnderlyingType(type) is not null))
            return true;
        try
        {
            return TypeDescriptor.GetConverter(type).ConvertFromInvariantString(value) is not null;
        }
        catch (Exception exception) when (exception is ArgumentException or FormatException or InvalidCastException)
        {
            // How converters say no.
            return false;
        }
    }

    private static string Expected(Type type)
    {
        var bare = Nullable.GetUnderlyingType(type) ?? type;
        if (bare.IsEnum)
            return Listed(Enum.GetNames(bare), "or");
        if (bare == typeof(double))
            return "a number";
        return bare == typeof(bool) ? "true or false" : "a whole number";
    }

    private static string Listed(IEnumerable<string> names, string word)
    {
        string[] all = [.. names];
        return all.Length == 1 ? all[0] : $"{string.Join(", ", all[..^1])} {word} {all[^1]}";
    }

    /// <summary>The annotations' own sentences, without the framework's frame around them.</summary>
    private sealed class AnnotatedRules<TOptions> : IValidateOptions<TOptions>
        where TOptions : class
    {
        public ValidateOptionsResult Validate(string? name, TOptions options)
        {
            var broken = new List<ValidationResult>();
            return Validator.TryValidateObject(options, new(options), broken, validateAllProperties: true)
                ? ValidateOptionsResult.Success
                : ValidateOptionsResult.Fail(broken.Select(rule => rule.ErrorMessage!).Distinct());
        }
    }
}
