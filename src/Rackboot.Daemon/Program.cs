using System.CommandLine;
using System.Runtime.InteropServices;
using System.Text.Json;
using Rackboot.Contracts;
using Rackboot.Core.Storage;
using Rackboot.Daemon;
using Rackboot.Daemon.Configuration;
using Rackboot.Daemon.Doctor;
using Rackboot.Daemon.Systemd;

var configOption = new Option<string>("--config", "-c")
{
    Description = "The configuration file (docs/configuration.md).",
    DefaultValueFactory = _ => "/etc/rackboot/rackboot.yaml",
    HelpName = "FILE",
};
var checkOption = new Option<bool>("--check") 
{
    Description = "Check the configuration and this host, and exit: 0 without errors, else 2.",
};
var checkStoreOption = new Option<string?>("--check-store")
{
    Description = "Check the store and its key in a directory that no daemon uses, bring it to this release's form, and exit: 0 or 1.",
    HelpName = "DIRECTORY",
};
var doctorOption = new Option<bool>("--doctor")
{
    Description = "Look at everything on this host that the daemon needs, and print what was found as JSON: rackboot doctor shows it.",
};
var settingsOption = new Option<string?>("--settings")
{
    Description = "Print all settings of the configuration, or those of one group: --settings boot.",
    Arity = ArgumentArity.ZeroOrOne,
    HelpName = "GROUP",
};
var command = new RootCommand(
    """
    rackbootd boots a rack: it answers the DHCP, TFTP and HTTP boot requests of the machines on its boot interfaces.

    SIGHUP reloads the configuration (if the file has errors, the old one stays in force); SIGTERM finishes running work and stops.
    The command rackboot talks to it over the management socket.
    """)
{
    configOption,
    checkOption,
    checkStoreOption,
    doctorOption,
    settingsOption,
};
command.SetAction((result, _) => result.GetResult(settingsOption) is not null
    ? Task.FromResult(PrintSettings(result.GetValue(settingsOption)))
    : result.GetValue(doctorOption) ? DoctorAsync(result.GetValue(configOption)!)
    : result.GetValue(checkStoreOption) is { } directory ? Task.FromResult(CheckStore(directory))
    : RunAsync(result.GetValue(configOption)!, result.GetValue(checkOption)));
// Signals are handled below; the library would end the process two seconds after one.
return await command.Parse(args).InvokeAsync(new InvocationConfiguration { ProcessTerminationTimeout = null });

static async Task<int> RunAsync(string path, bool onlyCheck)
{
    if (onlyCheck)
        return Check(path);
    if (!ConfigurationFile.TryLoad(path, out var configuration, out var errors))
    {
        foreach (var error in errors)
            Console.Error.WriteLine(error);
        return 2;
    }

    using var output = JournalLog.OrStandardError(TimeProvider.System);
    using var logs = LoggerFactory.Create(logging => logging.AddProvider(output).AddFilter("Microsoft", LogLevel.Error));
    AppDomain.CurrentDomain.UnhandledException += (_, _) => output.Dispose();
    var log = logs.CreateLogger("rackbootd");
    var notifier = ServiceNotifier.FromEnvironment();
    using var stop = new CancellationTokenSource();
    using var terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, Stop);
    using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, Stop);
    try
    {
        await using var appliance = new Appliance(configuration, logs, TimeProvider.System);
        using var hangUp = PosixSignalRegistration.Create(PosixSignal.SIGHUP, signal =>
        {
            signal.Cancel = true;
            notifier.Reloading();
            Reload(appliance, path, log);
            notifier.Ready(State(appliance));
        });
        var watchdog = notifier.RunWatchdogAsync(Environment.GetEnvironmentVariable("WATCHDOG_USEC"), appliance.IsAliveAsync, stop.Token);
        appliance.ProblemsChanged += () => notifier.Status(State(appliance));
        await appliance.RunAsync(() => notifier.Ready(State(appliance)), stop.Token);
        notifier.Stopping();
        await watchdog;
        log.LogInformation("Stopped");
        return 0;
    }
    catch (StoreException e)
    {
        log.LogCritical("The store: {Reason}", e.Trouble.AtStart);
        // systemd does not restart the daemon after an error that only a person can fix (rackbootd.service)
        return e.Trouble.Fault == StoreFault.Damaged ? 2 : 1;
    }
    catch (Exception e) when (e is IOException or InvalidDataException or UnauthorizedAccessException or DllNotFoundException)
    {
        log.LogCritical("{Reason}", e.Message);
        return e is InvalidDataException ? 2 : 1; // a wrong key, a store of another version, a wrong certificate: as above
    }

    void Stop(PosixSignalContext signal)
    {
        signal.Cancel = true;
        stop.Cancel();
    }
}

static int Check(string path)
{
    var check = ConfigurationFile.Check(path);
    foreach (var error in check.Errors)
        Console.Error.WriteLine(error);
    foreach (var warning in check.Warnings)
        Console.Error.WriteLine($"warning: {warning}");
    if (check.Errors.Count == 0)
        Console.WriteLine($"{path}: no errors{(check.Warnings.Count == 0 ? "" : $", {check.Warnings.Count} to look at")}");
    return check.Errors.Count == 0 ? 0 : 2;
}

static int CheckStore(string directory)
{
    if (SqliteCopy.Fault(directory) is not { } fault)
        return 0;
    Console.Error.WriteLine(fault);
    return 1;
}

static async Task<int> DoctorAsync(string path)
{
    Console.WriteLine(JsonSerializer.Serialize(await HostDoctor.LookAsync(path, TimeProvider.System, CancellationToken.None),
        Document.Json));
    return 0;
}

static int PrintSettings(string? group)
{
    if (SettingsReference.Text(group) is not { Length: > 0 } text)
    {
        Console.Error.WriteLine($"there is no setting or group {group}; list all: rackbootd --settings");
        return 2;
    }

    Console.Write(text);
    return 0;
}

static string State(Appliance appliance) => appliance.Problems is [] ? "serving" : $"serving; {string.Join("; ", appliance.Problems)}";

static void Reload(Appliance appliance, string path, ILogger log)
{
    if (!ConfigurationFile.TryLoad(path, out var changed, out var errors))
    {
        foreach (var error in errors)
            log.LogError("{Error}", error.ToString());
        log.LogError("{Path} has errors; the old configuration stays in force", path);
        return;
    }

    var needRestart = appliance.Reload(changed);
    log.LogInformation("{Path} reloaded", path);
    if (needRestart.Count > 0)
        log.LogWarning("These changes need a restart: {Settings}", string.Join(", ", needRestart));
}
