using System.CommandLine;
using Rackboot.Cli.Mirror;
using Rackboot.Cli.Output;
using Rackboot.Contracts;
using Rackboot.Transfer;

namespace Rackboot.Cli.Commands;

/// <summary><c>rackboot mirror</c>: container images and boot files for a rack without internet, carried in on a disk.</summary>
public static class MirrorCommand
{
    public static Command Create(Session session) => new("mirror",
        """
        Container images and boot files for a rack without internet: gather them on a connected machine, carry the bundle in,
        import it (docs/air-gap.md).

        Example:
          rackboot mirror create --talos v1.13.9 --kubernetes v1.36.3 --out bundle.tar
          rackboot mirror import bundle.tar
        """) { Gather(), Import(session), List(session), Remove(session) };

    private static Command Gather()
    {
        var options = new MirrorOptions();
        var command = new Command("create",
            """
            Gather boot files and container images into a bundle, on a machine with internet access. Needs no daemon.
            After an interruption, repeat the command: it resumes.

            Examples:
              rackboot mirror create --talos v1.13.9 --kubernetes v1.36.3 --out bundle.tar
              rackboot mirror create --talos v1.13.9 --kubernetes v1.36.3 \
                --schematic s.yaml --arch amd64,arm64 --out b.tar
              rackboot mirror create --talos v1.13.10 --kubernetes v1.36.4 \
                --base bundle.tar.json --out newer.tar
            """);
        foreach (var option in options.All)
            command.Options.Add(option);
        command.SetAction(async (result, cancel) =>
        {
            var console = result.InvocationConfiguration;
            try
            {
                if (await options.ReadAsync(result, cancel) is not { } plan)
                    return ExitCode.Usage;
                var authorities = result.GetValue(options.Authorities) is { } file ? OutboundHttp.ReadAuthorities(file) : null;
                using var http = OutboundHttp.Create(result.GetValue(options.Proxy) is { } proxy ? new Uri(proxy) : null, authorities);
                var output = Path.GetFullPath(result.GetValue(options.Output)!);
                var manifest = await GatherView.RunAsync(console, progress =>
                    new BundleBuilder(plan, http, output, TimeProvider.System, progress).RunAsync(cancel));
                var carried = manifest.Blobs.Where(b => b.Carried).ToList();
                console.Output.WriteLine($"{output}: bundle {manifest.Id}, {manifest.Title}: {manifest.Images.Count} images, "
                    + $"{manifest.Files.Count} boot files, {carried.Count} of {manifest.Blobs.Count} blobs included, "
                    + $"{carried.Sum(b => b.Bytes):N0} bytes");
                return ExitCode.Ok;
            }
            catch (OperationCanceledException)
            {
                console.Error.WriteLine("rackboot: the files downloaded so far are kept; repeat the command to resume");
                return ExitCode.Interrupted;
            }
            catch (Exception e) when (e is IOException or InvalidDataException or UnauthorizedAccessException or UriFormatException)
            {
                console.Error.WriteLine($"rackboot: {e.Message}");
                return ExitCode.Failed;
            }
        });
        return command;
    }

    private static Command Import(Session session)
    {
        var path = new Argument<string>("bundle") { Description = "A bundle from rackboot mirror create." };
        var command = new Command("import",
            "Import a whole bundle into the appliance.\n\nExample:\n  rackboot mirror import bundle.tar") { path };
        session.Run(command, async (result, client, cancel) =>
        {
            await using var content = File.OpenRead(result.GetValue(path)!);
            var bundle = await Upload.ShowAsync(Path.GetFileName(content.Name), content, client.ImportBundleAsync(content, cancel), cancel);
            result.InvocationConfiguration.Output.WriteLine($"bundle/{bundle.Id} imported, {bundle.Title}: {bundle.Images} images, "
                + $"{bundle.Files} boot files, {bundle.Bytes:N0} bytes");
            return ExitCode.Ok;
        });
        return command;
    }

    private static Command List(Session session)
    {
        var bundles = new Option<bool>("--bundles") { Description = "List the imported bundles instead of the images." };
        var format = GetCommand.Format();
        var command = new Command("list",
            "List the container images that the appliance serves.\n\nExample:\n  rackboot mirror list --bundles") { bundles, format };
        session.Run(command, async (result, client, cancel) =>
        {
            var output = result.InvocationConfiguration.Output;
            var form = result.GetValue(format);
            if (result.GetValue(bundles))
                Show(output, form, await client.GetMirrorBundlesAsync(cancel), b => b.Id,
                    new Columns("id", "title", "images", "files", "size", "adds to", "imported"),
                    b => [b.Id, b.Title, $"{b.Images}", $"{b.Files}", $"{b.Bytes:N0}", b.Base, Columns.Age(b.Imported)]);
            else
                Show(output, form, await client.GetMirrorImagesAsync(cancel), i => i.Reference,
                    new Columns("image", "digest", "size", "bundle", "age"),
                    i => [i.Reference, form == OutputFormat.Wide ? i.Digest : i.Digest[..19],
                        $"{i.Bytes:N0}", i.Bundle, Columns.Age(i.Added)]);
            return ExitCode.Ok;
        });
        return command;
    }

    private static Command Remove(Session session)
    {
        var names = new Argument<string[]>("image") { Description = "Image names, as rackboot mirror list shows them.",
            Arity = ArgumentArity.OneOrMore };
        var command = new Command("remove",
            "Remove images from the mirror. Keeps layers that other images use."
            + "\n\nExample:\n  rackboot mirror remove registry.k8s.io/pause:3.10") { names };
        session.Run(command, (result, client, cancel) =>
            Session.ForEachAsync(result.GetValue(names)!, result.InvocationConfiguration.Error, async name =>
        {
            await client.DeleteMirrorImageAsync(name, cancel);
            result.InvocationConfiguration.Output.WriteLine($"image/{name} removed");
        }));
        return command;
    }

    private static void Show<T>(TextWriter output, OutputFormat format, IReadOnlyList<T> items, Func<T, string> name, Columns columns,
        Func<T, string?[]> cells)
        where T : class
    {
        if (format is OutputFormat.Json or OutputFormat.Yaml)
        {
            Documents.Write(output, format, new ItemList<T>(items));
            return;
        }

        foreach (var item in items)
            if (format == OutputFormat.Name)
                output.WriteLine(name(item));
            else
                columns.Add(cells(item));
        if (format != OutputFormat.Name)
            columns.Write(output);
    }
}
