using System.CommandLine;
using Rackboot.Cli.Output;
using Rackboot.Contracts;

namespace Rackboot.Cli.Commands;

/// <summary><c>rackboot asset</c>: the boot files of the appliance.</summary>
public static class AssetCommand
{
    public static Command Create(Session session) =>
        new("asset", "The boot files that machines fetch: Talos kernels and initramfs images, iPXE binaries.\n\nExample:\n  rackboot "
            + "asset list") { Import(session), AssetPullCommand.Create(session), GetCommand.List(
                session, "assets"), Remove(session), AssetCareCommand.Verify(session), AssetCareCommand.Prune(session) };

    private static Command Import(Session session)
    {
        var version = new Option<string?>("--version") { Description = "The files' Talos version.", HelpName = "VERSION" };
        var arch = new Option<string>("--arch")
        {
            Description = "The files' architecture: amd64 or arm64.", DefaultValueFactory = _ => "amd64", HelpName = "ARCH",
        };
        var kernel = new Option<string?>("--kernel") { Description = "The kernel.", HelpName = "FILE" };
        var initramfs = new Option<string?>("--initramfs") { Description = "The initramfs.", HelpName = "FILE" };
        var ipxe = new Option<string?>("--ipxe")
        {
            Description = "Import an iPXE binary for this architecture (bios, amd64, arm64, 386, arm, riscv64, loong64).",
            HelpName = "ARCH",
        };
        var iso = new Option<string?>("--iso")
        {
            Description = "Import an ISO image for the virtual media of BMCs (rackboot bmc media).",
            HelpName = "FILE",
        };
        var file = new Argument<string?>("file") { Description = "The iPXE binary.", Arity = ArgumentArity.ZeroOrOne };
        var command = new Command("import",
            """
            Store boot files on the appliance. Needs no internet: bring the files on a disk.

            Examples:
              rackboot asset import --version v1.14.0 --arch amd64 \
                --kernel kernel-amd64 --initramfs initramfs-amd64.xz
              rackboot asset import --ipxe arm64 snponly.efi
              rackboot asset import --iso rescue.iso
            """) { version, arch, kernel, initramfs, ipxe, iso, file };
        command.Validators.Add(result =>
        {
            var talos = result.GetValue(version) is not null && (result.GetValue(kernel) ?? result.GetValue(initramfs)) is not null;
            var loader = result.GetValue(ipxe) is not null && result.GetValue(file) is not null;
            if (new[] { talos, loader, result.GetValue(iso) is not null }.Count(given => given) != 1
                || (result.GetValue(version) is not null && !talos) || (result.GetValue(file) is not null && !loader))
                result.AddError("give one of: --version VERSION --kernel FILE --initramfs FILE; --ipxe ARCH FILE; --iso FILE");
        });
        session.Run(command, async (result, client, cancel) =>
        {
            var imports = new List<(string Name, string Path, AssetKind Kind)>();
            var architecture = result.GetValue(ipxe) ?? result.GetValue(arch)!;
            if (result.GetValue(ipxe) is not null)
                imports.Add(($"ipxe/{architecture}/{Path.GetFileName(result.GetValue(file)!)}", result.GetValue(file)!, AssetKind.Ipxe));
            if (result.GetValue(iso) is { } image)
                imports.Add(($"iso/{Path.GetFileName(image)}", image, AssetKind.Iso));
            if (result.GetValue(kernel) is { } k)
                imports.Add(($"talos/{result.GetValue(version)}/{architecture}/kernel", k, AssetKind.Kernel));
            if (result.GetValue(initramfs) is { } i)
                imports.Add(($"talos/{result.GetValue(version)}/{architecture}/initramfs", i, AssetKind.Initramfs));
            var mistakes = imports.Select(import => AssetCheck.Mistake(import.Path, import.Kind, architecture)).OfType<string>().ToList();
            foreach (var mistake in mistakes)
                result.InvocationConfiguration.Error.WriteLine($"rackboot: {mistake}");
            if (mistakes.Count > 0)
                return ExitCode.Usage;
            foreach (var (name, path, _) in imports)
            {
                var asset = await SendAsync(client, name, path, cancel);
                result.InvocationConfiguration.Output.WriteLine(
                    $"asset/{asset.Name} imported, {asset.Bytes:N0} bytes, SHA-256 {asset.Sha256}");
            }

            return ExitCode.Ok;
        });
        return command;
    }

    private static Command Remove(Session session)
    {
        var names = new Argument<string[]>("name")
        {
            Description = "Names, as rackboot asset list shows them.", Arity = ArgumentArity.OneOrMore,
        };
        names.CompletionSources.Add(context => session.Complete(context, Resource.Named("assets")!));
        var command = new Command("remove", "Remove boot files.\n\nExample:\n  rackboot asset remove talos/v1.13.0/amd64/kernel "
            + "talos/v1.13.0/amd64/initramfs") { names };
        session.Run(command,
            (result, client, cancel) => Session.ForEachAsync(result.GetValue(names)!, result.InvocationConfiguration.Error, async name =>
        {
            await client.DeleteAssetAsync(name, cancel);
            result.InvocationConfiguration.Output.WriteLine($"asset/{name} removed");
        }));
        return command;
    }

    private static async Task<Asset> SendAsync(RackbootClient client, string name, string path, CancellationToken cancel)
    {
        await using var content = File.OpenRead(path);
        return await Upload.ShowAsync(name, content, client.PutAssetAsync(name, content, cancel), cancel);
    }
}
