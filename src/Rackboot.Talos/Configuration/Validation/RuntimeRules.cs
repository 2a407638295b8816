using System.Text.RegularExpressions;
using Rackboot.Talos.Configuration.Cel;

namespace Rackboot.Talos.Configuration.Validation;

/// <summary>The running system, its log and its join to SideroLink (pkg/machinery/config/types/{runtime,siderolink,hardware}).</summary>
internal static partial class RuntimeRules
{
    private static readonly string[] ManagedFiles = ["resolv.conf", "hosts", "machine-id", "extensions.yaml", "localtime", "os-release",
        "xattr.conf"];

    private static readonly string[] ManagedFolders =
        ["apparmor.d", "apparmor", "ca-certificates", "cni", "cri", "iscsi", "kubernetes", "lvm", "nvme", "pki", "selinux", "ssl"];

    public static void Named(Cursor document, RuleContext context) => Check.Name(document);

    public static void Environment(Cursor config, RuleContext context)
    {
        foreach (var (key, value) in config["variables"].Entries)
            value.Refuse(!VariableName().IsMatch(key), $"\"{key}\" is not a valid variable name");
    }

    public static void EtcFile(Cursor file, RuleContext context)
    {
        var name = file["name"];
        if (!name.Require("is required: the path under /etc"))
            return;
        var parts = name.Text.Split('/');
        name.Refuse(name.Text.StartsWith('/') || name.Text.StartsWith('.') || Climbs(parts),
            "must be a path under /etc, such as foo/bar.conf");
        name.Refuse(Array.IndexOf(ManagedFiles, name.Text) >= 0 || (Array.IndexOf(ManagedFolders, parts[0]) >= 0), "is managed by Talos");
    }

    public static void EventSink(Cursor sink, RuleContext context) =>
        sink["endpoint"].Refuse(!Check.IsHostAndPort(sink["endpoint"].Text), "must be host:port, such as 10.0.0.1:4501");

    public static void KernelLog(Cursor log, RuleContext context)
    {
        Check.Name(log);
        var url = log["url"];
        if (!url.Require() || url.Url is not { } parsed)
            return;
        url.Refuse(parsed.Scheme is not ("tcp" or "udp"), "must start with tcp:// or udp://");
        url.Refuse(parsed.Path is not ("" or "/"), "cannot have a path");
        url.Refuse(parsed.Port.Length == 0, "needs a port");
    }

    public static void OutOfMemory(Cursor config, RuleContext context)
    {
        CelRules.Optional(config["triggerExpression"], CelEnvironment.OomTrigger, CelType.Bool);
        CelRules.Optional(config["cgroupRankingExpression"], CelEnvironment.OomRanking, CelType.Double);
        config["sampleInterval"].Refuse(config["sampleInterval"].Number < 0, "cannot be negative");
    }

    public static void Parameters(Cursor config, RuleContext context)
    {
        foreach (var (key, value) in config["params"].Entries)
            value.Refuse(key.Length == 0, "a parameter needs a name");
    }

    public static void UnattendedInstall(Cursor config, RuleContext context)
    {
        config["installer"]["image"].Warn(config["installer"]["image"].IsZero,
            "is not set: the installation fails unless the machine booted an Image Factory asset");
        CelRules.Require(config["provisioning"]["diskSelector"]["match"], CelEnvironment.Disk);
    }

    public static void UnattendedInstallConflict(Cursor config, Cursor legacy) =>
        config.Refuse(legacy["machine"]["install"].Exists, "machine.install already configures the installation; remove one of the two");

    public static void Watchdog(Cursor config, RuleContext context)
    {
        config["device"].Require("is required, such as /dev/watchdog0");
        config["timeout"].Refuse(!config["timeout"].IsZero && config["timeout"].Number < 10_000_000_000, "must be at least 10s");
    }

    public static void SideroLink(Cursor config, RuleContext context)
    {
        var url = config["apiUrl"];
        if (!url.Require() || url.Url is not { } parsed)
            return;
        url.Refuse(parsed.Scheme is not ("https" or "grpc"), "must start with https:// or grpc://");
        url.Refuse(parsed.Path is not ("" or "/"), "cannot have a path");
    }

    public static void ExtensionService(Cursor service, RuleContext context)
    {
        Check.Name(service);
        service.Refuse(service["configFiles"].IsZero && service["environment"].IsZero, "needs configFiles or environment");
        foreach (var file in service["configFiles"].Items)
        {
            file["content"].Require();
            file["mountPath"].Require();
        }
    }

    private static bool Climbs(string[] parts)
    {
        var depth = 0;
        foreach (var part in parts)
        {
            depth += part switch { ".." => -1, "" or "." => 0, _ => 1 };
            if (depth < 0)
                return true;
        }

        return false;
    }

    [GeneratedRegex("^[A-Za-z_][A-Za-z0-9_]*$")]
    private static partial Regex VariableName();
}
