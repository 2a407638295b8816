using Rackboot.Contracts;

namespace Rackboot.Lab.Rack;

/// <summary>Writes down what an operator would write of a rack, for <c>rackboot apply -f</c>.</summary>
public static class RackFiles
{
    /// <summary>Writes <c>rack.yaml</c> and the configuration of each machine beside it.</summary>
    /// <returns>The path of <c>rack.yaml</c>.</returns>
    public static async Task<string> WriteAsync(string directory, Credential credential, IEnumerable<Machine> machines)
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
        foreach (var machine in machines)
        {
            await File.WriteAllTextAsync(Path.Combine(directory, $"{machine.Name}.yaml"), machine.MachineConfig!.Content);
            documents.Add(
                $$"""
                apiVersion: v1alpha1
                kind: Machine
                name: {{machine.Name}}
                macs: ["{{machine.Macs![0]}}"]
                profile: {{machine.Profile}}
                address: {{machine.Address}}
                bmc: { driver: ipmi, address: {{machine.Bmc!.Address}}, credential: {{machine.Bmc.Credential}} }
                machineConfig: { file: {{machine.Name}}.yaml }

                """);
        }

        var file = Path.Combine(directory, "rack.yaml");
        await File.WriteAllTextAsync(file, string.Join("---\n", documents));
        return file;
    }
}
