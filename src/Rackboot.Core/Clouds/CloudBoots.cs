using Rackboot.Cloud;
using Rackboot.Talos.ImageFactory;

namespace Rackboot.Core.Clouds;

/// <summary>What a machine at a provider can boot: Talos from the Image Factory, or from the operator's server with its paths.
/// None of it contains a configuration; Talos waits for one in maintenance mode, or fetches it.</summary>
public static class CloudBoots
{
    private static readonly Uri PublicFactory = new("https://factory.talos.dev/");
    private static readonly Uri PublicScripts = new("https://pxe.factory.talos.dev/");

    /// <summary>All possible ways; the provider's traits choose one.</summary>
    /// <param name="release">Null: the machine has neither profile nor cluster.</param>
    /// <param name="configuration">Where Talos fetches its configuration once; null and it waits for one. It is in scripts alone that are
    /// of one server.</param>
    public static IReadOnlyList<CloudBoot> Available(CloudProvider provider, CloudTraits traits, TalosChoice? release,
        Uri? configuration = null)
    {
        var ways = new List<CloudBoot>();
        if (provider.Image is { } image)
            ways.Add(new CloudBoot.CatalogueImage(image));
        if (release is null)
            return ways;
        var path = $"{release.Schematic ?? Schematic.PlainId}/{release.Version}";
        var factory = provider.Factory ?? PublicFactory;
        var files = new Uri(factory, $"image/{path}/");
        var fetched = configuration is null ? [] : (string[])[$"talos.config={configuration}"];
        string[] arguments = [.. Arguments(provider, traits, release), .. fetched];
        ways.Add(new CloudBoot.InlineScript(Script(files, release, arguments)));
        ways.Add(new CloudBoot.NetBoot(new Uri(files, $"kernel-{release.Architecture}"),
            new Uri(files, $"initramfs-{release.Architecture}.xz"), string.Join(' ', arguments)));
        ways.Add(new CloudBoot.ScriptUrl(new Uri(provider.Factory
            ?? PublicScripts, $"pxe/{path}/{traits.Platform}-{release.Architecture}")));
        var disk = new Uri(factory, $"image/{path}/{traits.Platform}-{release.Architecture}.{traits.DiskFormat}");
        ways.Add(new CloudBoot.DiskImage(disk,
            $"talos-{release.Version}-{(release.Schematic ?? Schematic.PlainId)[..12]}-{release.Architecture}".Replace('.', '-')));
        ways.Add(new CloudBoot.Rescue(disk));
        return ways;
    }

    // siderolabs/docs v1.14, PXE: talos.platform, slab_nomerge and pti=on are needed.
    private static IEnumerable<string> Arguments(CloudProvider provider, CloudTraits traits, TalosChoice release) =>
        [$"talos.platform={traits.Platform}", "slab_nomerge", "pti=on", "console=tty0", "console=ttyS0,115200", .. release.KernelArguments,
            .. provider.KernelArguments];

    private static string Script(Uri files, TalosChoice release, IEnumerable<string> arguments) =>
        $"""
        #!ipxe
        imgfree
        kernel {files}kernel-{release.Architecture} initrd=initramfs {string.Join(' ', arguments)} || goto failed
        initrd --name initramfs {files}initramfs-{release.Architecture}.xz || goto failed
        boot ||
        :failed
        echo Fetching Talos from {files.Host} failed; starting over in 30 seconds
        sleep 30
        reboot

        """;
}
