using Rackboot.Contracts.Yaml;

namespace Rackboot.Contracts.Tests;

public sealed class YamlDocumentsTests
{
    // Without its last line break the parser below reads this without an end: the text fills its buffer.
    [Theory]
    [InlineData("%b ")]
    [InlineData("a: 1\n%b ")]
    [InlineData("a: 1\r%b ")]
    public async Task A_file_that_ends_with_a_directive_is_read_to_its_end(string begin)
    {
        var documents = new YamlDocuments();
        await Task.Run(() => documents.Add("f.yaml", begin.PadRight(4096, 'c'), ".")).WaitAsync(TimeSpan.FromSeconds(30));
        Assert.Empty(documents.Documents);
    }

    private const string Good =
        """
        apiVersion: v1alpha1
        kind: Profile
        name: default
        talos: { version: v1.14.0, arch: amd64 }
        kernelArguments: [console=ttyS0]
        ---
        apiVersion: v1alpha1
        kind: Machine
        name: node-01
        labels: { rack: 7 }
        macs: ["52:54:00:00:01:04"]
        profile: default
        boot: { from: disk }
        """;

    [Fact]
    public void Documents_become_json_exactly_with_the_line_of_each_member()
    {
        var documents = Read(Good).Documents;
        Assert.Equal(["Profile/default", "Machine/node-01"], documents.Select(d => $"{d.Kind}/{d.Name}"));
        Assert.Contains("\"labels\":{\"rack\":\"7\"}", documents[1].Json, StringComparison.Ordinal);
        Assert.Equal("rack.yaml:11: macs[0]: wrong", documents[1].Describe(new ProblemError("/macs/0", "wrong")));
    }

    [Theory]
    [InlineData("kind: Machine", "kind: Server", "rack.yaml:8: kind: \"Server\" is not known; allowed: Machine, Profile")]
    [InlineData("name: node-01", "nam: node-01", "rack.yaml:9: nam: unknown field; did you mean name?")]
    [InlineData("apiVersion: v1alpha1\nkind: Machine", "apiVersion: v2\nkind: Machine",
        "rack.yaml:7: apiVersion: \"v2\" is not known; allowed: v1alpha1")]
    [InlineData("macs: [\"52:54:00:00:01:04\"]", "macs: 5",
        "rack.yaml:11: macs: \"5\" is not a list, written like [a, b] or with a dash before each item")]
    [InlineData("from: disk", "from: cd", "rack.yaml:13: boot.from: \"cd\" is not allowed; allowed: network, disk, wait")]
    [InlineData("macs: [\"52:54:00:00:01:04\"]", "macs: [~]", "rack.yaml:11: macs.0: is empty")]
    [InlineData("labels: { rack: 7 }", "labels: { rack: }", "rack.yaml:10: labels.rack: is empty")]
    [InlineData("profile: default", "profile: [x]", "rack.yaml:12: profile: is not a text")]
    [InlineData("profile: default", "machineConfig: { file: none.yaml }", "rack.yaml:12: machineConfig.file: none.yaml cannot be read")]
    public void A_mistake_is_named_with_its_line_and_what_is_allowed(string right, string wrong, string message) =>
        Assert.Contains(
            Read(Good.Replace(right, wrong, StringComparison.Ordinal)).Errors, e => e.StartsWith(message, StringComparison.Ordinal));

    [Theory]
    [InlineData("a: 1\nb: [x\nc: 2\n", 2, "the [ in this line is not closed")]
    [InlineData("a: 1\nb: { x: 1\nc: [2]\n", 2, "the { in this line is not closed")]
    [InlineData("a:\n\tb: 1\n", 2, "a tab indents this line")]
    [InlineData("a: 1\n b: 2\n", 2, "one value contains a second ':'")]
    [InlineData("a:\n  b: 1\n c: 2\n", 3, "this line does not fit the lines above")]
    [InlineData("a: 1\nb: \"x\nc: 2\n", 2, "a quoted text is not closed")]
    [InlineData("a: 1\nb: @x\n", 2, "a value cannot start with this character")]
    [InlineData("a: 1\nb: 2\na: 3\n", 3, "a is set twice")]
    [InlineData("a: 1\nb: }\n", 2, "a closing bracket has no opening one")]
    [InlineData("a: \"\\q\"\n", 1, "starts an escape")]
    public void Broken_yaml_is_told_with_its_line_and_what_is_wrong(string text, int line, string words)
    {
        Assert.False(YamlText.TryLoad(text, out _, out var at, out var error));
        Assert.Equal(line, at);
        Assert.Contains(words, error, StringComparison.Ordinal);
    }

    [Fact]
    public void What_the_appliance_observed_may_stand_in_a_document_that_is_applied_again()
    {
        var documents = new YamlDocuments();
        documents.Add("out.yaml",
            "apiVersion: v1alpha1\nkind: Machine\nname: a\nstatus: { id: x, state: available, provisioning: { armed: true } }\n", ".");
        Assert.Empty(documents.Errors);
        documents.Add("older.yaml", "apiVersion: v1alpha1\nkind: Machine\nname: b\nstatus: { state: of another version, gone: 1 }\n", ".");
        Assert.Empty(documents.Errors);
        Assert.All(documents.Documents, d => Assert.DoesNotContain("status", d.Json, StringComparison.Ordinal));
    }

    [Fact]
    public void A_cluster_takes_its_patches_from_files_and_a_schematic_by_its_id_alone()
    {
        var directory = Directory.CreateTempSubdirectory();
        try
        {
            File.WriteAllText(Path.Combine(directory.FullName, "all.yaml"), "machine: {}\n");
            var documents = new YamlDocuments();
            documents.Add("prod.yaml",
                """
                apiVersion: v1alpha1
                kind: Cluster
                name: prod
                talos: { version: v1.13.9, schematic: abc }
                patches: [{ file: all.yaml }]
                workers: { selector: { role: worker }, patches: [{ file: none.yaml }] }
                """, directory.FullName);
            Assert.StartsWith(
                "prod.yaml:6: workers.patches.0.file: none.yaml cannot be read", Assert.Single(documents.Errors), StringComparison.Ordinal);
            documents = new YamlDocuments();
            documents.Add("prod.yaml",
                "apiVersion: v1alpha1\nkind: Cluster\nname: prod\ntalos: { version: v1.13.9, schematic: abc }\n"
                    + "patches: [{ file: all.yaml }]\n",
                directory.FullName);
            var json = Assert.Single(documents.Documents).Json;
            Assert.Contains("\"schematic\":{\"id\":\"abc\"}", json, StringComparison.Ordinal);
            Assert.Contains("\"patches\":[{\"content\":\"machine: {}\\n\",\"name\":\"all.yaml\"}]", json, StringComparison.Ordinal);
        }
        finally
        {
            directory.Delete(recursive: true);
        }
    }

    [Fact]
    public void An_error_in_a_file_that_a_document_names_has_that_file_and_its_line()
    {
        var directory = Directory.CreateTempSubdirectory();
        try
        {
            Directory.CreateDirectory(Path.Combine(directory.FullName, "talos"));
            foreach (var file in (string[])["talos/all.yaml", "worker.yaml", "secrets.yaml", "password"])
                File.WriteAllText(Path.Combine(directory.FullName, file), "machine: {}\n");
            var documents = new YamlDocuments();
            documents.Add("prod.yaml",
                """
                apiVersion: v1alpha1
                kind: Cluster
                name: prod
                patches:
                  - { content: "machine: {}" }
                  - { file: talos/all.yaml }
                  - { name: cp.yaml, content: "machine: {}" }
                  - { file: worker.yaml, name: of workers }
                workers: { selector: { role: worker }, patches: [{ file: worker.yaml }] }
                secrets: { file: secrets.yaml }
                ---
                apiVersion: v1alpha1
                kind: Credential
                name: bmc
                passwordFile: password
                """, directory.FullName);
            Assert.Empty(documents.Errors);
            var cluster = documents.Documents[0];
            Assert.Equal("prod.yaml:6: patches[1]: talos/all.yaml:2: not valid YAML",
                cluster.Describe(new ProblemError("/patches/1", "line 2: not valid YAML")));
            Assert.Equal("prod.yaml:7: patches[2]: cp.yaml:1: wrong", cluster.Describe(new ProblemError("/patches/2", "line 1: wrong")));
            Assert.Equal("prod.yaml:9: workers.patches[0]: worker.yaml: does not apply",
                cluster.Describe(new ProblemError("/workers/patches/0", "does not apply")));
            Assert.Equal("prod.yaml:9: workers.patches[0].content: worker.yaml: line by line: wrong",
                cluster.Describe(new ProblemError("/workers/patches/0/content", "line by line: wrong")));
            Assert.Equal("prod.yaml:10: secrets: secrets.yaml: neither", cluster.Describe(new ProblemError("/secrets", "neither")));
            Assert.Contains("""[{"content":"machine: {}"},{"content":"machine: {}\n","name":"talos/all.yaml"},""", cluster.Json,
                StringComparison.Ordinal);
            Assert.Contains("""{"name":"of workers","content":"machine: {}\n"}]""", cluster.Json, StringComparison.Ordinal);
            Assert.Equal("prod.yaml:5: patches[0]: line 1: wrong", cluster.Describe(new ProblemError("/patches/0", "line 1: wrong")));
            Assert.Equal("prod.yaml:9: workers.selector: wrong", cluster.Describe(new ProblemError("/workers/selector", "wrong")));
            Assert.Equal("prod.yaml:15: password: password: is too long",
                documents.Documents[1].Describe(new ProblemError("/password", "is too long")));
        }
        finally
        {
            directory.Delete(recursive: true);
        }
    }

    [Fact]
    public void Aliases_duplicates_and_depth_are_refused()
    {
        Assert.Contains("anchors and aliases", Assert.Single(Read("a: &x [1]\nb: [*x, *x]").Errors), StringComparison.Ordinal);
        Assert.NotEmpty(Read("kind: a\nkind: b").Errors);
        Assert.Contains(
            "nested too deep", Assert.Single(Read(new string('[', 100) + new string(']', 100)).Errors), StringComparison.Ordinal);
    }

    [Fact]
    public void All_mistakes_of_all_documents_are_reported_together()
    {
        var wrong = Good.Replace("version: v1.14.0", "versoin: v1.14.0", StringComparison.Ordinal)
            .Replace("from: disk", "from: 7", StringComparison.Ordinal).Replace("name: node-01", "name:", StringComparison.Ordinal);
        Assert.Equal(["rack.yaml:4:", "rack.yaml:9:", "rack.yaml:13:"],
            Read(wrong).Errors.Select(e => e[..(e.IndexOf(": ", StringComparison.Ordinal) + 1)]));
        Assert.Empty(Read(wrong).Documents);
    }

    [Fact]
    public void Windows_line_ends_and_tabs_in_comments_do_no_harm()
    {
        var documents = Read("#\tthe rack\r\n" + Good.Replace("\n", "\r\n", StringComparison.Ordinal));
        Assert.Empty(documents.Errors);
        Assert.Equal(9, documents.Documents[1].LineOf("/kind"));
    }

    [Fact]
    public void A_file_that_is_too_large_is_not_read() =>
        Assert.StartsWith("rack.yaml:1: is larger than", Assert.Single(Read(new string('a', YamlDocuments.MostCharacters + 1)).Errors),
            StringComparison.Ordinal);

    [Fact]
    public void A_machine_configuration_is_found_beside_the_file_that_names_it()
    {
        var directory = Directory.CreateTempSubdirectory("rb-yaml-").FullName;
        File.WriteAllText(Path.Combine(directory, "node-01.yaml"), "secret: é\n");
        var documents = new YamlDocuments();
        documents.Add(
            "rack.yaml", Good.Replace("profile: default", "machineConfig: { file: node-01.yaml }", StringComparison.Ordinal), directory);
        Assert.Contains("\"machineConfig\":{\"content\":\"secret: é\\n\"}", documents.Documents[1].Json, StringComparison.Ordinal);
        Directory.Delete(directory, recursive: true);
    }

    [Fact]
    public void Random_and_mutated_documents_never_throw()
    {
        var random = new Random(11);
        const string alphabet = " \n\t:-[]{},&*!|>'\"#%@`abc019./~?\0é";
        for (var i = 0; i < 100_000; i++)
        {
            var text = Good[random.Next(Good.Length / 2)..random.Next(Good.Length / 2, Good.Length)].ToCharArray();
            for (var n = random.Next(1, 5); n > 0 && text.Length > 0; n--)
                text[random.Next(text.Length)] = alphabet[random.Next(alphabet.Length)];
            Read(new string(text));
        }
    }

    private static YamlDocuments Read(string text)
    {
        var documents = new YamlDocuments();
        documents.Add("rack.yaml", text, "/nowhere");
        return documents;
    }
}
