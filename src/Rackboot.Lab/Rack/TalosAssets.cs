using Rackboot.Contracts;

namespace Rackboot.Lab.Rack;

/// <summary>Real Talos boot files: those that the rack already has, or the Image Factory's where it is reachable.</summary>
public static class TalosAssets
{
    // The Image Factory's id of the schematic without any customization.
    private const string EmptySchematic = "376567988ad370138ad8b2698212367b8edcb69b5fd68c80be1f2ec7d603b4ba";

    public static async Task EnsureAsync(VirtualRack rack, string version, string directory, CancellationToken cancel)
    {
        var kernel = Path.Combine(directory, version, "kernel");
        var initramfs = Path.Combine(directory, version, "initramfs");
        var stored = (await rack.Client.GetAssetsAsync(cancel)).Select(a => a.Name).ToHashSet();
        if (stored.Contains($"talos/{version}/amd64/kernel") && stored.Contains($"talos/{version}/amd64/initramfs"))
        {
            await rack.Client.PutProfileAsync(
                new Profile { Name = "default", Talos = new TalosRelease { Version = version }, KernelArguments = ["console=ttyS0"] },
                cancel: cancel);
            return;
        }

        Directory.CreateDirectory(Path.GetDirectoryName(kernel)!);
        var source = $"https://factory.talos.dev/image/{EmptySchematic}/{version}";
        await DownloadAsync($"{source}/kernel-amd64", kernel, version, rack.Socket, cancel);
        await DownloadAsync($"{source}/initramfs-amd64.xz", initramfs, version, rack.Socket, cancel);
        await rack.ImportAsync(version, kernel, initramfs);
    }

    private static async Task DownloadAsync(string url, string file, string version, string socket, CancellationToken cancel)
    {
        if (File.Exists(file))
            return;
        using var http = new HttpClient { Timeout = TimeSpan.FromMinutes(10) };
        try
        {
            await using (var content = await http.GetStreamAsync(new Uri(url), cancel))
            await using (var output = File.Create(file + ".part"))
                await content.CopyToAsync(output, cancel);
            File.Move(file + ".part", file);
        }
        catch (Exception e) when (e is HttpRequestException or IOException)
        {
            throw new LabException(
                $"""
                Talos {version} is neither imported nor reachable ({url}: {e.Message}).
                Bring kernel-amd64 and initramfs-amd64.xz of that version here, and import them while a rack runs (rackboot-lab up --keep):
                  out/rackboot --socket {socket} asset import --version {version} --arch amd64 \
                     --kernel kernel-amd64 --initramfs initramfs-amd64.xz
                The rack keeps them in its state directory. Or put them at {Path.GetDirectoryName(file)}/kernel and …/initramfs.
                """);
        }
    }
}
