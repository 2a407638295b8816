using System.Diagnostics;
using System.Text.Json.Nodes;
using Rackboot.Tests;

namespace Rackboot.Daemon.Tests.Api;

/// <summary>The OpenAPI document that a whole appliance serves.</summary>
public sealed class OpenApiTests
{
    [Fact]
    public async Task The_committed_document_is_the_one_that_is_served() =>
        CommittedPage.IsCurrent("docs/reference/openapi.json", await TextAsync() + "\n");

    [Fact]
    public async Task Every_operation_has_an_id_a_description_a_tag_and_described_parameters()
    {
        var (operations, ids) = (0, new HashSet<string>());
        foreach (var (path, methods) in (await DocumentAsync())["paths"]!.AsObject())
            foreach (var (method, operation) in methods!.AsObject())
            {
                operations++;
                var at = $"{method} {path}";
                Assert.True(ids.Add(Text(operation!["operationId"])), $"{at}: {operation["operationId"]} is there twice");
                Assert.True(Text(operation["summary"]).Length > 0 && Text(operation["description"]).Length > 0, at);
                Assert.Single(operation["tags"]!.AsArray());
                foreach (var parameter in operation["parameters"]?.AsArray() ?? [])
                {
                    Assert.True(Text(parameter!["description"]).Length > 0, $"{at}: {parameter["name"]} is not described");
                    Assert.True(parameter["example"] is not null, $"{at}: {parameter["name"]} has no example");
                }
            }

        Assert.InRange(operations, 60, 200);
    }

    [Fact]
    public async Task Every_member_of_every_schema_is_described()
    {
        var document = await DocumentAsync();
        var undescribed = new List<string>();
        foreach (var (name, schema) in document["components"]!["schemas"]!.AsObject())
        {
            if (Text(schema!["description"]).Length == 0)
                undescribed.Add(name);
            foreach (var (member, form) in schema["properties"]?.AsObject() ?? [])
                if (!IsDescribed(form!))
                    undescribed.Add($"{name}.{member}");
        }

        Assert.Empty(undescribed);
    }

    [Fact]
    public async Task What_operations_use_there_is()
    {
        var document = await DocumentAsync();
        var tags = document["tags"]!.AsArray().Select(t => Text(t!["name"])).ToHashSet();
        Assert.All(document["tags"]!.AsArray(), t =>
            Assert.True(Text(t!["description"]).Length > 0, $"the tag {t["name"]} is not described"));
        foreach (var (_, methods) in document["paths"]!.AsObject())
            foreach (var (_, operation) in methods!.AsObject())
                Assert.Subset(tags, operation!["tags"]!.AsArray().Select(t => Text(t)).ToHashSet());
        Assert.DoesNotContain("&lt;", document.ToJsonString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Spectral_finds_nothing_wrong()
    {
        Assert.SkipUnless(File.Exists("/usr/bin/npx"), "npx is missing; install nodejs with npm");
        using var spectral = Process.Start(new ProcessStartInfo("npx",
            ["--yes", "@stoplight/spectral-cli@6.16.3", "lint", "--ruleset", "tests/spectral.yaml", "--fail-severity", "warn",
                "docs/reference/openapi.json"])
        {
            WorkingDirectory = CommittedPage.Root, RedirectStandardOutput = true, RedirectStandardError = true,
        })!;
        var (output, error) = (spectral.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken),
            spectral.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken));
        await spectral.WaitForExitAsync(TestContext.Current.CancellationToken);
        Assert.SkipWhen((await error).Contains("npm error network", StringComparison.Ordinal) || (await error)
            .Contains("EAI_AGAIN", StringComparison.Ordinal),
            "the npm registry is not reachable");
        Assert.True(spectral.ExitCode == 0, await output + await error);
    }

    private static bool IsDescribed(JsonNode form) =>
        Text(form["description"]).Length > 0 || form["oneOf"] is JsonArray choices && choices.Any(c => Text(c!["description"]).Length > 0);

    private static string Text(JsonNode? node) => node?.GetValue<string>() ?? "";

    private static async Task<JsonObject> DocumentAsync() => JsonNode.Parse(await TextAsync())!.AsObject();

    private static async Task<string> TextAsync()
    {
        await using var appliance = await ServedAppliance.StartAsync();
        using var answer = await appliance.SendAsync(HttpMethod.Get, "/openapi/v1.json");
        return await answer.Content.ReadAsStringAsync();
    }
}
