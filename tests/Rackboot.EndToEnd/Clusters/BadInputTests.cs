namespace Rackboot.EndToEnd.Clusters;

/// <summary>Documents of clusters with mistakes: each is named with its place and what to do, and nothing of it stays.</summary>
public sealed class BadInputTests
{
    private const string Machines =
        """
        apiVersion: v1alpha1
        kind: Machine
        name: cp-1
        macs: ["52:54:00:00:07:01"]
        labels: { role: control }
        ---
        apiVersion: v1alpha1
        kind: Machine
        name: cp-2
        macs: ["52:54:00:00:07:02"]
        labels: { role: control }
        ---
        apiVersion: v1alpha1
        kind: Machine
        name: worker-1
        macs: ["52:54:00:00:07:03"]
        labels: { role: worker, cluster: test }
        """;

    [Fact]
    public async Task Every_mistake_in_a_cluster_has_its_place_and_its_remedy_and_changes_nothing()
    {
        await using var rack = await TestRack.StartAsync();
        var directory = Directory.CreateTempSubdirectory("rbt-bad-").FullName;
        await File.WriteAllTextAsync($"{directory}/machines.yaml", Machines);
        Assert.Equal(0, (await rack.RackbootAsync("apply", "-f", $"{directory}/machines.yaml")).Exit);

        foreach (var (patch, message) in new[]
        {
            ("machine: [\n", ":2: not valid YAML"),
            ("machine: { sysctlz: { a: b } }\n", ":1: v1alpha1 machine.sysctlz: unknown field; did you mean sysctls?"),
            ("machine: { sysctls: 5 }\n", ":1: v1alpha1 machine.sysctls: needs a mapping, not a single value"),
            ("- { op: replace, path: /machine/nowhere, value: 1 }\n", ": a JSON patch (RFC 6902) applies to one document, but "),
            // It reads well, and what comes of it is wrong.
            ("machine: {}\ncluster: { discovery: { enabled: true, registries: { service: { endpoint: \"https://d.example/x\" } } } }\n",
                ":2: v1alpha1 cluster.discovery.registries.service.endpoint: cannot have a path"),
        })
        {
            await File.WriteAllTextAsync($"{directory}/bad.yaml", patch);
            await RefusedAsync("", "patches: [{ file: bad.yaml }]", $"prod.yaml:9: patches[0]: bad.yaml{message}");
            await RefusedAsync(", patches: [{ file: bad.yaml }]", "", $"prod.yaml:7: controlPlane.patches[0]: bad.yaml{message}");
        }

        await File.WriteAllTextAsync($"{directory}/bad.yaml", "machine: {}\n");
        await RefusedAsync("", "secrets: { file: bad.yaml }", "prod.yaml:9: secrets: bad.yaml: neither a secrets.yaml of talosctl");
        await RefusedAsync("", "upgrade: { settle: soon }", "prod.yaml:9: upgrade.settle: \"soon\" is not a time up to 15m");
        await RefusedAsync("", "nodes: 3", "prod.yaml:9: nodes: unknown field; allowed: ");
        Assert.Equal("", (await rack.RackbootAsync("get", "clusters", "-o", "name")).Output);

        var (exit, _, warnings) = await ApplyAsync("prod", "", "");
        Assert.Equal(0, exit);
        Assert.Contains("the control plane has 2 machines; etcd survives the loss of 0 of them, the same as with 1: use an odd number",
            warnings, StringComparison.Ordinal);
        Assert.Contains("workers.selector matches no machine; label machines, or correct it: role=worker; worker-1 has its labels, but its "
            + "label cluster=test puts it into another cluster: rackboot label worker-1 cluster=prod --overwrite", warnings,
            StringComparison.Ordinal);

        // A patch keeps the name of its file, for errors that machines find later.
        Assert.Equal("cluster/prod configured\n", (await ApplyAsync("prod", "", "patches: [{ file: bad.yaml }]")).Output);
        var (_, stored, _) = await rack.RackbootAsync("get", "cluster", "prod", "-o", "yaml");
        Assert.Contains("name: bad.yaml", stored, StringComparison.Ordinal);
        await File.WriteAllTextAsync($"{directory}/stored.yaml", stored);
        Assert.Equal("cluster/prod unchanged\n", (await rack.RackbootAsync("apply", "-f", $"{directory}/stored.yaml")).Output);

        (exit, _, var shared) = await ApplyAsync("other", "", "");
        Assert.Equal(4, exit);
        Assert.Contains("other.yaml:7: controlPlane.selector: machine cp-1 also matches cluster prod; give it the label cluster",
            shared, StringComparison.Ordinal);
        Directory.Delete(directory, recursive: true);

        async Task RefusedAsync(string ofControlPlane, string more, string message)
        {
            var (exit, output, error) = await ApplyAsync("prod", ofControlPlane, more);
            Assert.Equal(2, exit);
            Assert.True(error.Contains(message, StringComparison.Ordinal), $"not \"{message}\": {output}{error}");
        }

        async Task<(int Exit, string Output, string Error)> ApplyAsync(string name, string ofControlPlane, string more)
        {
            await File.WriteAllTextAsync($"{directory}/{name}.yaml",
                $$"""
                apiVersion: v1alpha1
                kind: Cluster
                name: {{name}}
                endpoint: https://10.20.0.1:6443
                talos: { version: v1.13.9 }
                kubernetes: v1.36.3
                controlPlane: { selector: { role: control }{{ofControlPlane}} }
                workers: { selector: { role: worker } }
                {{more}}

                """);
            return await rack.RackbootAsync("apply", "-f", $"{directory}/{name}.yaml");
        }
    }
}
