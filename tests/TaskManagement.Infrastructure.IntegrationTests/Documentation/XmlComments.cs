using System.Reflection;
using System.Text.RegularExpressions;
using System.Xml.Linq;

namespace TaskManagement.Infrastructure.IntegrationTests.Documentation;

/// <summary>What the comments in the code say, as Markdown. They lie beside the assemblies.</summary>
/// <param name="links">What to write for types that readers know under another name.</param>
internal sealed partial class XmlComments(IReadOnlyDictionary<Type, string> links)
{
    private readonly Dictionary<string, string> _links = links.ToDictionary(link => $"T:{NameOf(link.Key)}", link => link.Value);
    private readonly Dictionary<Assembly, Dictionary<string, XElement>> _files = [];

    /// <summary>What the summary of a type says, in one line.</summary>
    public string Summary(Type type) => Text(Find(type.Assembly, $"T:{NameOf(type)}")?.Element("summary"), type.ToString());

    /// <summary>What is said about a member of a record: at its parameter, or at the property.</summary>
    public string Summary(PropertyInfo member) => Text(
        Find(member.DeclaringType!.Assembly, $"T:{NameOf(member.DeclaringType)}")?.Elements("param").SingleOrDefault(parameter => (string?)parameter.Attribute("name") == member.Name)
            ?? Find(member.DeclaringType.Assembly, $"P:{NameOf(member.DeclaringType)}.{member.Name}")?.Element("summary"),
        $"{member.DeclaringType}.{member.Name}");

    private static string NameOf(Type type) => type.FullName!.Replace('+', '.');

    private XElement? Find(Assembly assembly, string name)
    {
        if (!_files.TryGetValue(assembly, out var members))
        {
            var file = Path.ChangeExtension(Path.Combine(AppContext.BaseDirectory, assembly.ManifestModule.Name), ".xml");
            members = XDocument.Load(file).Descendants("member").ToDictionary(member => member.Attribute("name")!.Value);
            _files.Add(assembly, members);
        }

        return members.GetValueOrDefault(name);
    }

    private string Text(XElement? comment, string of) =>
        comment is null
            ? throw new InvalidOperationException($"{of} has no comment, and this page is made of comments.")
            : Space().Replace(string.Concat(comment.Nodes().Select(Text)), " ").Trim().Replace("|", "\\|", StringComparison.Ordinal);

    private string Text(XNode node) => node switch
    {
        XText text => text.Value,
        XElement { Name.LocalName: "see" or "seealso" } see => Reference(((string?)see.Attribute("cref") ?? (string?)see.Attribute("langword"))!),
        XElement { Name.LocalName: "paramref" or "typeparamref" } named => $"`{(string?)named.Attribute("name")}`",
        XElement { Name.LocalName: "c" } code => $"`{code.Value}`",
        XElement other => string.Concat(other.Nodes().Select(Text)) + " ",
        _ => "",
    };

    private string Reference(string to) => _links.GetValueOrDefault(to) ?? $"`{to.Split(':')[^1].Split('.')[^1]}`";

    [GeneratedRegex(@"\s+", RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Space();
}
