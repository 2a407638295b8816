using Rackboot.Contracts;

namespace Rackboot.Lab.Rack;

/// <summary>Writes down what an operator would write of a rack, for <c>rackboot apply -f</c>.</summary>
public static class RackFiles
{
    /// <summary>Writes <c>rack.yaml</c>: the machines, and the cluster that they are to be.</summary>
    /// <returns>Its path.</returns>
    public static async Task<string> WriteAsync(string directory, Credential credential, IEnumerable<Machine> machines, Cluster cluster)
    {
        Directory.CreateDirectory(directory);
        var documents = new List<string>
        {
            $"""
            apiVersion: v1alpha1
            kind: Credential
            name: {credential.Name}
            username: {credential.Username}
            password: {credential.Password}

            """,
        };
        documents.AddRange(machines.Select(machine =>
            $$"""
            apiVersion: v1alpha1
            kind: Machine
            name: {{machine.Name}}
            macs: ["{{machine.Macs![0]}}"]
            address: {{machine.Address}}
            labels: { cluster: {{cluster.Name}}, role: control }
            bmc: { driver: ipmi, address: {{machine.Bmc!.Address}}, credential: {{machine.Bmc.Credential}} }

            """));
        documents.Add(
            $$"""
            apiVersion: v1alpha1
            kind: Cluster
            name: {{cluster.Name}}
            vip: {{cluster.Vip}}
            talos: { version: {{cluster.Talos!.Version}} }
            kubernetes: {{cluster.Kubernetes}}
            controlPlane: { selector: { role: control } }
            patches: [{ file: lab.yaml }]

            """);
        // The rack has no time server, and the machines' clocks are the host's.
        await File.WriteAllTextAsync(Path.Combine(directory, "lab.yaml"), "machine: { time: { disabled: true } }\n");
        var file = Path.Combine(directory, "rack.yaml");
        await File.WriteAllTextAsync(file, string.Join("---\n", documents));
        return file;
    }
}
