using System.Globalization;
using System.Text.RegularExpressions;
using Rackboot.Talos.Configuration.Values;

namespace Rackboot.Talos.Configuration.Validation;

/// <summary>Containers that Talos runs itself (pkg/machinery/config/types/container).</summary>
internal static partial class ContainerRules
{
    private static readonly string[] Conditions = ["addresses", "connectivity", "hostname", "etcfiles"];

    public static void Container(Cursor container, RuleContext context)
    {
        var name = container["name"];
        if (name.Require())
            name.Refuse(name.Text.Length > 63 || !name.Text.All(c => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c) || c == '-'),
                "can have at most 63 characters: lower-case letters, digits and hyphens");
        var image = container["image"];
        if (image.Require())
        {
            image.Refuse(!IsImage(image.Text), "is not an image name");
            image.Warn(!image.Text.Contains('@'), "has no digest: a restart can run a different image");
        }

        foreach (var variable in container["environment"].Items)
            variable.Refuse(!variable.Text.Contains('='), "must be KEY=value");
        Mounts(container["mounts"]);
        Security(container["security"]);
        container["network"]["mode"].Refuse(container["network"]["mode"].Text is not ("" or "none" or "host"), "must be none or host");
        Limits(container["resources"]["limits"]);
        DependsOn(container["dependsOn"], name.Text);
        foreach (var id in new[] { container["runAs"]["uid"], container["runAs"]["gid"] })
            id.Refuse(id.Number < 0, "cannot be negative");
    }

    /// <summary>Whether containers depend on each other in a cycle, or on a missing one (container/container_deps.go).</summary>
    public static void Dependencies(IReadOnlyList<Cursor> containers)
    {
        var edges = containers.GroupBy(c => c["name"].Text)
            .ToDictionary(g => g.Key, g => g.First()["dependsOn"]["containers"].Texts.ToList());
        foreach (var wanted in containers.SelectMany(c => c["dependsOn"]["containers"].Items))
            wanted.Refuse(wanted.Text.Length > 0 && !edges.ContainsKey(wanted.Text), $"there is no container {wanted.Text}");
        foreach (var container in containers)
            container["dependsOn"].Refuse(WaitsForItself(container["name"].Text, edges), "depends on itself through other containers");
    }

    private static bool WaitsForItself(string name, Dictionary<string, List<string>> edges)
    {
        var seen = new HashSet<string>();
        var open = new Stack<string>(edges[name].Where(n => n != name));
        while (open.TryPop(out var next))
        {
            if (next == name)
                return true;
            if (seen.Add(next) && edges.TryGetValue(next, out var more))
                more.ForEach(open.Push);
        }

        return false;
    }

    private static void Mounts(Cursor mounts)
    {
        var destinations = new HashSet<string>();
        foreach (var mount in mounts.Items)
        {
            Cursor[] present = [.. new[] { mount["userVolume"], mount["tmpfs"], mount["hostPath"] }.Where(m => m.Exists)];
            mount.Refuse(present.Length != 1, "needs exactly one of userVolume, tmpfs and hostPath");
            if (present is not [var one])
                continue;
            if (mount["userVolume"].Exists)
                one["name"].Require();
            if (mount["hostPath"].Exists)
                AbsolutePath(one["source"]);
            AbsolutePath(one["destination"]);
            one["destination"].Refuse(!destinations.Add(one["destination"].Text), "is the destination of two mounts");
            foreach (var option in one["options"].Items)
                option.Refuse(option.Text is not ("ro" or "rw" or "noexec" or "nosuid" or "nodev" or "noatime" or "rbind" or "rshared"),
                    $"\"{option.Text}\" is not a mount option");
            one["options"].Refuse(one["options"].Texts.Contains("ro") && one["options"].Texts.Contains("rw"), "cannot be both ro and rw");
        }
    }

    private static void Security(Cursor security)
    {
        security["profile"].Refuse(security["profile"].Text is not ("" or "restricted" or "privileged"),
            "must be restricted or privileged");
        var (add, drop) = (security["capabilities"]["add"], security["capabilities"]["drop"]);
        foreach (var capability in add.Items.Concat(drop.Items.Where(c => c.Text != "ALL")))
        {
            capability.Refuse(capability.Text == "ALL", "ALL cannot be added; write profile: privileged");
            capability.Refuse(capability.Text.StartsWith("CAP_", StringComparison.Ordinal) || capability.Text.Length == 0
                || !capability.Text.All(c => char.IsAsciiLetterUpper(c) || c == '_'),
                "must be in upper case without CAP_, such as NET_ADMIN");
        }

        foreach (var capability in add.Items)
            capability.Refuse(drop.Texts.Contains(capability.Text), $"{capability.Text} is both added and dropped");
    }

    private static void Limits(Cursor limits)
    {
        limits["memory"].Refuse(!limits["memory"].IsZero && !ByteCount.TryParse(limits["memory"].Text, out _),
            "is not a size such as 512MiB");
        var cpu = limits["cpu"];
        cpu.Refuse(!cpu.IsZero
            && (!cpu.Text.EndsWith('m') || !ulong.TryParse(cpu.Text[..^1], NumberStyles.None, CultureInfo.InvariantCulture, out var milli)
            || milli == 0),
            "must be thousandths of a core, such as 1500m");
    }

    private static void DependsOn(Cursor depends, string self)
    {
        foreach (var path in depends["paths"].Items)
            AbsolutePath(path);
        foreach (var condition in depends["networks"].Items)
            condition.Refuse(Array.IndexOf(Conditions, condition.Text) < 0,
                $"\"{condition.Text}\" must be one of {string.Join(", ", Conditions)}");
        foreach (var container in depends["containers"].Items)
        {
            container.Refuse(container.IsZero, "cannot be empty");
            container.Refuse(!container.IsZero && container.Text == self, "a container cannot depend on itself");
        }
    }

    private static void AbsolutePath(Cursor path) => path.Refuse(!path.Text.StartsWith('/'), "must be an absolute path");

    // google/go-containerregistry pkg/name: the part before the first "/" is a registry if it is localhost or has a "." or ":".
    private static bool IsImage(string text)
    {
        var slash = text.IndexOf('/', StringComparison.Ordinal);
        var first = slash < 0 ? "" : text[..slash];
        var isRegistry = first == "localhost" || first.AsSpan().IndexOfAny('.', ':') >= 0;
        return Repository().IsMatch(isRegistry ? text[(slash + 1)..] : text)
            && (!isRegistry || (GoUrl.TryParse("//" + first, out var url) && url.Host == first));
    }

    [GeneratedRegex(@"\A[a-z0-9_./-]{1,255}(:[A-Za-z0-9_.-]{1,128})?(@sha256:[0-9a-f]{64})?\z")]
    private static partial Regex Repository();
}
