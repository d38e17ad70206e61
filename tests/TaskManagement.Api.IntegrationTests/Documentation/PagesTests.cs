using System.Globalization;
using System.Reflection;
using System.Text.RegularExpressions;
using TaskManagement.Api.Security;
using TaskManagement.Application.Monitoring;
using TaskManagement.Infrastructure.Persistence;

namespace TaskManagement.Api.IntegrationTests.Documentation;

public sealed partial class PagesTests
{
    // What the framework or a library reads, and no options class of ours.
    private static readonly string[] SettingsOfOthers = ["Urls", "AutoMapper:LicenseKey"];

    // Its default is SQLite's only; that the service then uses this file is seen in StartTests.
    private const string DefaultOfOneProvider = "Database:ConnectionString";

    public static TheoryData<string> Pages =>
        [.. Directory.EnumerateFiles(Path.Combine(Repository.Root, "docs"), "*.md", SearchOption.AllDirectories)
            .Prepend(Path.Combine(Repository.Root, "README.md"))
            .Select(page => Path.GetRelativePath(Repository.Root, page))];

    [Theory]
    [MemberData(nameof(Pages))]
    public void Every_link_to_a_file_leads_to_one(string page)
    {
        var folder = Path.GetDirectoryName(Path.Combine(Repository.Root, page))!;
        var broken = Link().Matches(Repository.Read(page))
            .Select(link => link.Groups["target"].Value)
            .Where(target => !target.Contains("://", StringComparison.Ordinal) && !target.StartsWith('#'))
            .Where(target => !Path.Exists(Path.Combine(folder, target.Split('#')[0])));
        Assert.Empty(broken);
    }

    [Fact]
    public void Every_setting_is_documented_and_every_documented_setting_exists()
    {
        var existing = Options().SelectMany(section => section.Type.GetProperties().Select(option => $"{section.Name}:{option.Name}"));
        Assert.Equal(
            existing.Concat(SettingsOfOthers).Order(StringComparer.Ordinal),
            Documented().Select(setting => setting.Name).Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Every_default_is_the_documented_one()
    {
        var documented = Documented().ToDictionary(setting => setting.Name, setting => setting.Default);
        foreach (var (name, type) in Options())
        {
            var options = Activator.CreateInstance(type);
            foreach (var option in type.GetProperties())
            {
                var setting = $"{name}:{option.Name}";
                if (setting == DefaultOfOneProvider)
                    continue;
                var actual = Convert.ToString(option.GetValue(options), CultureInfo.InvariantCulture);
                Assert.Equal((setting, option.PropertyType == typeof(bool) ? actual?.ToLowerInvariant() : actual is "" ? null : actual), (setting, documented[setting]));
            }
        }
    }

    /// <summary>The sections of the configuration and the classes they are read into: those that have a constant Section.</summary>
    private static IEnumerable<(string Name, Type Type)> Options() =>
        from assembly in (Assembly[])[typeof(RateLimitingOptions).Assembly, typeof(DatabaseOptions).Assembly, typeof(MonitoringOptions).Assembly]
        from type in assembly.GetTypes()
        let section = type.GetField("Section", BindingFlags.Public | BindingFlags.Static)
        where section is not null
        select ((string)section.GetRawConstantValue()!, type);

    /// <summary>The table of settings. A row may name several with one prefix; a default that is no literal is told in words.</summary>
    private static List<(string Name, string? Default)> Documented()
    {
        var settings = new List<(string, string?)>();
        foreach (var row in Row().Matches(Repository.Section("docs/operate.md", "Settings")).Skip(2))
        {
            string[] names = [.. Literal().Matches(row.Groups["names"].Value).Select(name => name.Groups["text"].Value)];
            string[] defaults = [.. Literal().Matches(row.Groups["default"].Value).Select(value => value.Groups["text"].Value)];
            Assert.True(defaults.Length == 0 || defaults.Length == names.Length, row.Value);
            for (var i = 0; i < names.Length; i++)
            {
                var name = names[i].StartsWith(':') ? names[0].Split(':')[0] + names[i] : names[i];
                settings.Add((name, defaults.Length == 0 ? null : defaults[i]));
            }
        }

        return settings;
    }

    [GeneratedRegex(@"\]\((?<target>[^)\s]+)\)", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Link();

    [GeneratedRegex(@"^\| (?<names>[^|]+) \| (?<default>[^|]+) \|", RegexOptions.Multiline | RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Row();

    [GeneratedRegex("`(?<text>[^`]+)`", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Literal();
}
