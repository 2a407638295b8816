using System.CommandLine;
using Rackboot.Cli.Commands;
using Rackboot.Oci;
using Rackboot.Oci.Bundles;
using Rackboot.Oci.Distribution;
using Rackboot.Talos;
using Rackboot.Talos.ImageFactory;
using Rackboot.Talos.Images;

namespace Rackboot.Cli.Mirror;

/// <summary>The options of <c>rackboot mirror create</c>, and the plan made from them.</summary>
internal sealed class MirrorOptions
{
    public Option<string?> Talos { get; } = new("--talos") { Description = "The Talos release: its boot files, installer and images.",
        HelpName = "VERSION" };
    public Option<string?> Kubernetes { get; } = new("--kubernetes") { Description = "The Kubernetes release.", HelpName = "VERSION" };
    public Option<string[]> Schematics { get; } = new("--schematic") { Description = "The Talos image's contents: a schematic file "
        + "or its id. Repeatable. Default: plain Talos.", HelpName = "FILE|ID" };
    public Option<string?> Images { get; } = new("--images") { Description = "A file of more images, one per line.", HelpName = "FILE" };
    public Option<string[]> Architectures { get; } = AssetPullCommand.Architectures();
    public Option<string> Factory { get; } = new("--factory") { Description = "The Image Factory.", HelpName = "URL",
        DefaultValueFactory = _ => "https://factory.talos.dev" };
    public Option<string?> Base { get; } = new("--base") { Description = "An earlier bundle, or the .json beside it: include only what is "
        + "new since.", HelpName = "FILE" };
    public Option<string[]> Sources { get; } = new("--from") { Description = "Fetch a registry's images from another address: "
        + "registry.k8s.io=http://10.0.0.9:5000. Repeatable.", HelpName = "REGISTRY=URL" };
    public Option<string?> Logins { get; } = new("--auth") { Description = "A file of registry logins, as docker login or skopeo login "
        + "writes it.", HelpName = "FILE" };
    public Option<string?> Proxy { get; } = new("--proxy") { Description = "A proxy. Default: $HTTPS_PROXY and $NO_PROXY.",
        HelpName = "URL" };
    public Option<string?> Authorities { get; } = new("--ca")
        { Description = "A PEM file of certificate authorities to trust, besides the system's.", HelpName = "FILE" };
    public Option<string> Output { get; } = new("--out") { Description = "The bundle.", HelpName = "FILE", Required = true };

    public IEnumerable<Option> All =>
        [Talos, Kubernetes, Schematics, Images, Architectures, Factory, Base, Sources, Logins, Proxy, Authorities, Output];

    /// <summary>The plan; null, with the errors printed, if the options are invalid.</summary>
    public async Task<MirrorPlan?> ReadAsync(ParseResult result, CancellationToken cancel)
    {
        var mistakes = new List<string>();
        var error = result.InvocationConfiguration.Error;
        var (talos, kubernetes) = (result.GetValue(Talos), result.GetValue(Kubernetes));
        var architectures = AssetPullCommand.Split(result.GetValue(Architectures));
        foreach (var unknown in architectures.Where(a => !TalosVersion.Architectures.Contains(a)))
            mistakes.Add($"--arch: \"{unknown}\" is not a Talos architecture; "
                + $"allowed: {string.Join(", ", TalosVersion.Architectures)}");
        foreach (var (name, version) in (IEnumerable<(string, string?)>)[("--talos", talos), ("--kubernetes", kubernetes)])
            if (version is not null && !TalosVersion.IsValid(version))
                mistakes.Add($"{name}: \"{version}\" is not a version; give one like v1.13.9");
        var schematics = await SchematicsAsync(result, mistakes, cancel);
        var images = Listed(talos, kubernetes, mistakes, error).Concat(Extra(result.GetValue(Images), mistakes)).ToList();
        if (talos is null && images.Count == 0 && mistakes.Count == 0)
            mistakes.Add("nothing to gather; give --talos VERSION --kubernetes VERSION, or --images FILE");
        var plan = new MirrorPlan
        {
            Talos = talos,
            Kubernetes = kubernetes,
            Schematics = schematics,
            Architectures = architectures,
            Images = images,
            Factory = Url(result.GetValue(Factory)!, "--factory", mistakes),
            Sources = SourcesOf(result.GetValue(Sources) ?? [], mistakes),
            Logins = result.GetValue(Logins) is { } logins ? RegistryLogin.ReadAll(logins) : new Dictionary<string, RegistryLogin>(),
            Base = result.GetValue(Base) is { } earlier ? await BaseAsync(earlier, mistakes, cancel) : null,
        };
        foreach (var mistake in mistakes)
            error.WriteLine($"rackboot: {mistake}");
        return mistakes.Count == 0 ? plan : null;
    }

    private async Task<IReadOnlyList<(string, Schematic?)>> SchematicsAsync(ParseResult result, List<string> mistakes,
        CancellationToken cancel)
    {
        var schematics = new List<(string, Schematic?)>();
        foreach (var named in result.GetValue(Schematics) is { Length: > 0 } given ? given : [Schematic.PlainId])
            if (Schematic.IsId(named))
                schematics.Add((named, null));
            else if (await SchematicCommand.ReadAsync(named, result.InvocationConfiguration.Error, cancel) is { } read)
                schematics.Add((read.Id, read));
            else
                mistakes.Add($"--schematic: {named} is not valid");
        return schematics;
    }

    private static List<ImageReference> Listed(string? talos, string? kubernetes, List<string> mistakes, TextWriter error)
    {
        if (talos is null || kubernetes is null)
        {
            if (kubernetes is not null)
                mistakes.Add("--kubernetes needs --talos: the Talos release decides which images Kubernetes needs");
            return [];
        }

        if (!TalosImages.TryList(talos, kubernetes, out var images, out var exact))
        {
            mistakes.Add($"this program does not know the images of Talos {talos}, only those up to {TalosImages.Newest}; list them with: "
                + "talosctl image default; then give them with --images FILE instead of --kubernetes");
            return [];
        }

        if (!exact)
            error.WriteLine($"rackboot: warning: Talos {talos} is newer than this program, which uses the images of the release before. "
                + "Compare with: talosctl image default");
        if (!TalosImages.Runs(talos, kubernetes))
            error.WriteLine($"rackboot: warning: Talos {talos} does not run Kubernetes {kubernetes}");
        return Parse(images, "", mistakes);
    }

    private static List<ImageReference> Extra(string? file, List<string> mistakes) => file is null
        ? []
        : Parse(File.ReadLines(file).Select(l => l.Split('#')[0].Trim()).Where(l => l.Length > 0), file + ": ", mistakes);

    private static List<ImageReference> Parse(IEnumerable<string> names, string place, List<string> mistakes)
    {
        var references = new List<ImageReference>();
        foreach (var name in names)
            if (ImageReference.TryParse(name, out var reference, out var mistake))
                references.Add(reference);
            else
                mistakes.Add(place + mistake);
        return references;
    }

    private static Dictionary<string, Uri> SourcesOf(string[] values, List<string> mistakes)
    {
        var sources = new Dictionary<string, Uri>();
        foreach (var value in values)
            if (value.Split('=', 2) is [var registry, var url] && ImageReference.IsRegistry(registry))
                sources[registry] = Url(url, "--from", mistakes);
            else
                mistakes.Add($"--from takes REGISTRY=URL, like registry.k8s.io=http://10.0.0.9:5000; not \"{value}\"");
        return sources;
    }

    private static Uri Url(string text, string option, List<string> mistakes)
    {
        if (Uri.TryCreate(text, UriKind.Absolute, out var url) && url.Scheme is "http" or "https")
            return url;
        mistakes.Add($"{option}: \"{text}\" is not a URL; give one like https://factory.talos.dev");
        return new Uri("https://invalid");
    }

    private static async Task<BundleManifest?> BaseAsync(string path, List<string> mistakes, CancellationToken cancel)
    {
        await using var file = File.OpenRead(path);
        if (file.ReadByte() == '{')
        {
            file.Position = 0;
            var bytes = new byte[Math.Min(file.Length, BundleManifest.MostBytes)];
            await file.ReadExactlyAsync(bytes, cancel);
            if (BundleManifest.TryParse(bytes, out var manifest, out var error))
                return manifest;
            mistakes.Add($"--base: {path}: {error}");
            return null;
        }

        file.Position = 0;
        await using var reader = new BundleReader(file);
        try
        {
            return await reader.ReadManifestAsync(cancel);
        }
        catch (InvalidDataException e)
        {
            mistakes.Add($"--base: {path}: {e.Message}");
            return null;
        }
    }
}
