using System.Text.Json;
using Rackboot.Cli.Reference;
using Rackboot.Contracts.Yaml;
using Rackboot.Tests;

namespace Rackboot.Cli.Tests;

/// <summary>The reference of documents: rackboot fields, and the pages in docs/reference.</summary>
public sealed class ReferenceTests
{
    public static TheoryData<string> Kinds => [.. DocumentForm.Kinds.Keys];

    [Theory]
    [MemberData(nameof(Kinds))]
    public void The_page_of_each_kind_says_what_the_code_says(string kind) =>
        CommittedPage.IsCurrent($"docs/reference/{kind.ToLowerInvariant()}.md", DocumentPage.Of(kind, Example(kind)));

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Every_member_of_a_document_is_explained(string kind)
    {
        Assert.NotEmpty(DocumentField.Of(kind).Says);
        Assert.Empty(DocumentField.Of(kind).All().Where(f => f.Says.Length == 0).Select(f => $"{kind}.{f.Path}"));
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void The_example_of_each_member_is_valid(string kind)
    {
        foreach (var field in DocumentField.Of(kind).Members.Where(f => f is { Example: not null, IsReadOnly: false }
            && f.Example.Contains("file", StringComparison.Ordinal) is false))
        {
            var members = new Dictionary<string, object> { ["apiVersion"] = "v1alpha1", ["kind"] = kind, ["name"] = "a" };
            members[field.Name] = JsonDocument.Parse(field.Example!).RootElement;
            if (field.Name == "passwordFile")
                continue;
            var documents = new YamlDocuments();
            documents.Add("example", JsonSerializer.Serialize(members), "."); // JSON is YAML
            Assert.Empty(documents.Errors);
        }
    }

    [Fact]
    public async Task Fields_shows_a_kind_a_member_and_what_is_near_a_misspelt_one()
    {
        Assert.Contains("Machine", (await Shell.RunAsync("fields")).Output, StringComparison.Ordinal);
        var bmc = (await Shell.RunAsync("fields", "machines.bmc")).Output;
        Assert.Contains("Machine.bmc: group", bmc, StringComparison.Ordinal);
        Assert.Contains("driver: auto, redfish, ipmi, webhook, manual, qemu, default auto", bmc, StringComparison.Ordinal);
        Assert.Contains("bmc.cipherSuites", (await Shell.RunAsync("fields", "machine", "--recursive")).Output, StringComparison.Ordinal);
        var wrong = await Shell.RunAsync("fields", "machine.bmcs");
        Assert.Equal((2, "rackboot: Machine has no field bmcs; did you mean bmc?\n"), (wrong.Exit, wrong.Error));
        Assert.Equal(2, (await Shell.RunAsync("fields", "nosuch")).Exit);
        Assert.Contains("it is a plain value", (await Shell.RunAsync("fields", "machine.uuid.x")).Error, StringComparison.Ordinal);
    }

    // The document of the kind in examples/.
    private static string Example(string kind)
    {
        foreach (var file in Directory.EnumerateFiles(Path.Combine(CommittedPage.Root, "examples", "documents"), "*.yaml").Order())
            foreach (var document in File.ReadAllText(file).Split("\n---\n"))
                if (document.Contains($"kind: {kind}\n", StringComparison.Ordinal))
                    return string.Join('\n', document.Split('\n').Where(l => !l.StartsWith('#')));
        throw new InvalidOperationException($"examples/documents shows no {kind}");
    }
}
