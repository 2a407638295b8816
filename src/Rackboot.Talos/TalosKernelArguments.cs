namespace Rackboot.Talos;

/// <summary>The kernel command line of Talos on the platform <c>metal</c>.</summary>
public static class TalosKernelArguments
{
    /// <summary>Linux on x86 truncates its command line to 2,048 bytes (COMMAND_LINE_SIZE).</summary>
    public const int MostCharacters = 2047;

    // siderolabs/talos pkg/machinery/kernel/kernel.go: the arguments of Talos's own images in every supported version.
    private static readonly string[] Defaults =
    [
        "talos.platform=metal", "init_on_alloc=1", "slab_nomerge=", "pti=on", "consoleblank=0", "nvme_core.io_timeout=4294967295",
        "printk.devkmsg=on",
    ];

    // The kernel accepts these several times.
    private static readonly HashSet<string> Repeatable =
        ["console", "earlycon", "ip", "bond", "vlan", "module_blacklist", "talos.network.interface.ignore"];

    /// <summary>The arguments, in order. An operator's argument replaces the one with the same key.</summary>
    /// <param name="configUrl">The URL of the machine's configuration; null for maintenance mode.</param>
    /// <param name="kernelLog">Destination of its kernel log, <c>tcp://10.20.0.1:4514</c>; null for none.</param>
    /// <param name="additional">The operator's own arguments.</param>
    /// <param name="eventSink">Destination of its events, <c>10.20.0.1:4515</c>; null for none.</param>
    public static IReadOnlyList<string> Build(
        string? configUrl, string? kernelLog, IReadOnlyList<string> additional, string? eventSink = null)
    {
        var arguments = new List<string>(Defaults);
        if (kernelLog is not null)
            arguments.Add($"talos.logging.kernel={kernelLog}");
        if (eventSink is not null)
            arguments.Add($"talos.events.sink={eventSink}");
        if (configUrl is not null)
            arguments.Add($"talos.config={configUrl}");
        foreach (var argument in additional)
        {
            if (!Repeatable.Contains(Key(argument)))
                arguments.RemoveAll(a => Key(a) == Key(argument));
            arguments.Add(argument);
        }

        return arguments;
    }

    /// <summary>The error in an operator's argument, or null.</summary>
    public static string? Mistake(string? argument) =>
        string.IsNullOrEmpty(argument) ? "a kernel argument cannot be empty"
        : argument.Any(c => c is <= ' ' or > '~')
        ? "a kernel argument must be printable ASCII without spaces; write each argument as its own list item"
        : argument.Contains("${", StringComparison.Ordinal) ? "iPXE would expand \"${\"; write it as %24%7B where Talos decodes it"
        : argument.Contains("||", StringComparison.Ordinal) || argument.Contains("&&", StringComparison.Ordinal)
        ? "\"||\" and \"&&\" end an iPXE command"
        // ipxe/ipxe src/core/exec.c, command_terminator
        : argument == ";" || argument[0] == '#' ? "\";\" ends an iPXE command and \"#\" starts a comment"
        : Key(argument) == "talos.config"
        ? "Rackboot sets talos.config for each boot; give the machine a machineConfig instead"
        : Key(argument) == "siderolink.api" && argument.Contains("jointoken=", StringComparison.Ordinal)
        ? "siderolink.api contains Omni's join token, a secret; write it under omni: { api: URL, joinToken: { file: FILE } }"
        : Key(argument) == "initrd" ? "Rackboot sets initrd"
        : argument.Length > 500 ? "a kernel argument can have at most 500 characters"
        : null;

    private static string Key(string argument) => argument.Split('=', 2)[0];
}
