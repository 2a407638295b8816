using System.Text.Json;
using Rackboot.Contracts;
using Rackboot.Contracts.Yaml;
using Rackboot.Talos.ImageFactory;

namespace Rackboot.Cli.Commands;

/// <summary>Says after an apply which boot files its profiles need and the appliance lacks, with the command that gets them.</summary>
internal static class MissingFiles
{
    public static async Task WarnAsync(RackbootClient client, IReadOnlyList<YamlDocument> documents, TextWriter error,
        CancellationToken cancel)
    {
        var profiles = documents.Where(d => d.Kind == "Profile").Select(d => JsonSerializer.Deserialize<Profile>(d.Json, Document.Json))
            .OfType<Profile>().Where(p => p.Talos is not null).ToList();
        if (profiles.Count == 0)
            return;
        var here = (await client.GetAssetsAsync(cancel)).Select(a => a.Name).ToHashSet();
        foreach (var profile in profiles)
            if (Names(profile.Talos!).Where(n => !here.Contains(n)).ToList() is { Count: > 0 } missing)
                error.WriteLine($"warning: profile {profile.Name} needs {string.Join(" and ", missing)}, which the appliance does not have "
                    + $"yet; get it with: {Command(profile.Talos!)}");
    }

    private static IEnumerable<string> Names(TalosRelease talos)
    {
        var release = talos.Schematic is null or Schematic.PlainId ? talos.Version : $"{talos.Version}/{talos.Schematic}";
        return [$"talos/{release}/{talos.Arch}/kernel", $"talos/{release}/{talos.Arch}/initramfs"];
    }

    private static string Command(TalosRelease talos) =>
        $"rackboot asset pull {talos.Version}{(talos.Schematic is null ? "" : $" --schematic {talos.Schematic}")} --arch {talos.Arch}";
}
