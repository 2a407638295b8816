using Rackboot.Talos;
using Rackboot.Talos.ImageFactory;
using Rackboot.Talos.Images;

namespace Rackboot.Lab.Rack;

/// <summary>Brings real Talos into a rack that has no network: a bundle of boot files and images (docs/air-gap.md), at hand, or gathered by
/// this host where it reaches the Image Factory and the registries.</summary>
public static class TalosBundle
{
    private const string Factory = "factory.talos.dev";

    /// <summary>Does nothing if the rack has all that a cluster of these releases needs.</summary>
    /// <param name="directory">Where bundles are kept.</param>
    /// <param name="say">Tells what takes long.</param>
    public static async Task EnsureAsync(
        VirtualRack rack, string talos, string kubernetes, string directory, Action<string> say, CancellationToken cancel)
    {
        if (TalosSupport.KubernetesMistake(talos, kubernetes) is { } mistake)
            throw new LabException($"{mistake}; choose another: make run TALOS={talos} KUBERNETES=v1.N.N");
        if (!TalosImages.TryList(talos, kubernetes, out var images, out _))
            throw new LabException($"the images of Talos {talos} are not known here; the newest that are: {TalosImages.Newest}");
        IReadOnlyList<string> needed = [.. images, $"{Factory}/metal-installer/{Schematic.PlainId}:{talos}"];
        if ((await MissingAsync(rack, talos, needed, cancel)).Count == 0)
            return;
        Directory.CreateDirectory(directory);
        var bundle = Path.Combine(directory, $"talos-{talos}-{kubernetes}.tar");
        if (!File.Exists(bundle))
        {
            say($"Gathering Talos {talos} and Kubernetes {kubernetes} into {bundle}; this takes minutes");
            await GatherAsync(rack, talos, kubernetes, bundle);
        }

        say($"Importing {bundle}");
        var (exit, _, error) = await rack.RackbootAsync("mirror", "import", bundle);
        if (exit != 0)
            throw new LabException($"{bundle} cannot be imported: {error.Trim()}; remove it, and it is created again");
        if (await MissingAsync(rack, talos, needed, cancel) is { Count: > 0 } missing)
            throw new LabException($"{bundle} lacks {string.Join(", ", missing)}; remove it, and it is created again");
    }

    private static async Task<IReadOnlyList<string>> MissingAsync(
        VirtualRack rack, string talos, IEnumerable<string> images, CancellationToken cancel)
    {
        var assets = (await rack.Client.GetAssetsAsync(cancel)).Select(a => a.Name).ToHashSet();
        var mirrored = (await rack.Client.GetMirrorImagesAsync(cancel)).Select(i => i.Reference).ToHashSet();
        string[] files = [$"talos/{talos}/amd64/kernel", $"talos/{talos}/amd64/initramfs"];
        return [.. files.Where(f => !assets.Contains(f)), .. images.Where(i => !mirrored.Contains(i))];
    }

    // This host gathers: in the rack's namespace there is no network.
    private static async Task GatherAsync(VirtualRack rack, string talos, string kubernetes, string bundle)
    {
        var (exit, _, error) = await rack.RackbootAsync("mirror", "create", "--talos", talos, "--kubernetes", kubernetes, "--out", bundle);
        if (exit != 0)
            throw new LabException(
                $"""
                Talos {talos} is neither at hand nor reachable: {error.Trim()}
                On a machine with a network, and with this rackboot:
                  out/rackboot mirror create --talos {talos} --kubernetes {kubernetes} --out {Path.GetFileName(bundle)}
                Bring the file here, to {bundle}, and try again.
                """);
    }
}
