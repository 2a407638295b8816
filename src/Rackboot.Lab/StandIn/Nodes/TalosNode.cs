using System.Net;
using Rackboot.Talos;
using Rackboot.Talos.Api;
using Rackboot.Talos.Configuration;
using Rackboot.Talos.Configuration.Components;

namespace Rackboot.Lab.StandIn.Nodes;

/// <summary>A node that behaves as a machine with Talos does towards those who call its API: maintenance mode, installing, booting,
/// running, upgrading, resetting, with the same refusals (siderolabs/talos internal/app/machined/internal/server/v1alpha1). It runs
/// nothing. It takes its steps by the rack's clock when it is looked at, so that no test waits.</summary>
public sealed class TalosNode : IAsyncDisposable
{
    private readonly TalosNodeOptions _options;
    private readonly Queue<(DateTimeOffset At, Task After, Action Step)> _steps = new();
    private readonly Dictionary<string, (GrpcCode Code, string Message)> _failures = [];
    private readonly TalosNodeServer _server;
    private readonly TalosNodeEvents _events;
    private NodeConfiguration? _configuration, _staged;
    private MachineStage _stage = MachineStage.Booting;
    private string _version;
    private string? _installed, _previous;
    private bool _up;
    private MachineLine? _line;
    private string? _found, _podsFrom;

    internal TalosNode(StandInRack rack, TalosNodeOptions options)
    {
        (Rack, _options, _version) = (rack, options, options.Version);
        var network = options.Network ?? options.Machine?.Network;
        _events = new(options.EventSink, network, rack.Time);
        _server = new(this, options.Listen, network);
    }

    /// <summary>Where its API listens.</summary>
    public IPEndPoint Endpoint => _server.Endpoint;

    /// <summary>Where it is reached.</summary>
    public IPAddress Address => _options.Machine?.Address ?? _options.Listen.Address;

    public Guid Uuid => _options.Uuid;

    public IReadOnlyList<string> Disks => _options.Disks;

    public string Hostname => _configuration?.Hostname ?? _options.Hostname;

    /// <summary>Whether it answers on the network.</summary>
    public bool IsUp => Looked(() => _up);

    public MachineStage Stage => Looked(() => _stage);

    /// <summary>The release that runs.</summary>
    public string Version => Looked(() => _version);

    /// <summary>The release on the disk; null if Talos is not installed.</summary>
    public string? InstalledVersion => Looked(() => _installed);

    /// <summary>The release that a rollback brings back.</summary>
    public string? PreviousVersion => Looked(() => _previous);

    /// <summary>The configuration it runs, as it was given; null in maintenance mode.</summary>
    public string? ConfigurationText => Looked(() => _configuration?.Text);

    /// <summary>Whether its clock is right; bootstrapping waits for it.</summary>
    public bool TimeInSync { get; set; } = true;

    /// <summary>How far its clock is off.</summary>
    public TimeSpan ClockIsOffBy { get; set; }

    /// <summary>Disks that were wiped besides the system disk.</summary>
    public IReadOnlyCollection<string> WipedDisks => Wiped;

    /// <summary>Its static pods stay as they are, whatever its configuration says: an image that cannot be pulled.</summary>
    public bool HoldsPods
    {
        get => Looked(() => _podsFrom is not null);
        set => Looked(() => _podsFrom = value ? _configuration?.Text : null);
    }

    /// <summary>The release of the kubelet that its configuration has; null while it does not run.</summary>
    public string? KubeletVersion => Looked(() => _configuration is { } configuration && _stage == MachineStage.Running
        ? NodeFacts.Read(configuration.Text).Kubernetes.GetValueOrDefault(KubernetesComponent.Kubelet)
        : null);

    /// <summary>Calls that reached it, <c>Bootstrap</c> and so on, in order.</summary>
    public IReadOnlyList<string> Calls => Looked<IReadOnlyList<string>>(() => [.. Called]);

    /// <summary>The control plane of Kubernetes, by container, and which release of each runs.</summary>
    internal IEnumerable<(string Component, string Version)> Pods =>
        _configuration is { IsControlPlane: true } configuration && _stage == MachineStage.Running
            ? StaticPods.Of(_podsFrom ?? configuration.Text)
            : [];

    /// <summary>It renders what Talos puts into a cluster; a cluster of stand-ins has no Kubernetes that would take it.</summary>
    public bool RendersManifests { get; set; }

    /// <summary>What it renders, by id, with the releases of its configuration.</summary>
    internal IReadOnlyDictionary<string, string> Manifests =>
        RendersManifests && _configuration is { IsControlPlane: true, Text: { } text } && _stage == MachineStage.Running
            ? NodeManifests.Render(NodeFacts.Read(text).Kubernetes.GetValueOrDefault(KubernetesComponent.Proxy) ?? "v0.0.0")
            : new Dictionary<string, string>();

    internal StandInRack Rack { get; }

    internal List<string> Called { get; } = [];

    internal HashSet<string> Wiped { get; } = [];

    internal HashSet<string> Pulled { get; } = [];

    internal NodeConfiguration? Configuration => _configuration;

    internal SimulatedEtcd? Etcd => Rack.Etcds.FirstOrDefault(e => e.Of(this) is not null);

    /// <summary>Its etcd data directory is not empty. Stays so when others removed it from etcd.</summary>
    internal bool HasEtcdData { get; set; }

    internal byte[]? RecoverySnapshot { get; set; }

    internal TalosNodeEvents Events => _events;

    internal TalosRelease Release => TalosRelease.TryParse(_version, out var contract) ? contract : default;

    /// <summary>The machine loses power, or is switched on again. Off, its API is silent and its etcd member is down.</summary>
    public void SetPower(bool on)
    {
        lock (Rack.Gate)
        {
            _steps.Clear();
            if (on && !_up)
                Boot();
            else if (!on)
                Down();
        }
    }

    /// <summary>The next call of a method fails in this way; <c>Upgrade</c>, or <c>*</c> for any.</summary>
    public void FailNext(string method, GrpcCode code, string message)
    {
        lock (Rack.Gate)
            _failures[method] = (code, message);
    }

    public async ValueTask DisposeAsync()
    {
        await _server.DisposeAsync().ConfigureAwait(false);
        await _events.DisposeAsync().ConfigureAwait(false);
    }

    internal async Task StartAsync(CancellationToken cancel)
    {
        await _server.StartAsync(cancel).ConfigureAwait(false);
        if (_options.Machine is not null)
            return;
        lock (Rack.Gate)
            Boot();
    }

    /// <summary>Its machine started and opened a line. What it found decides, as with Talos: a configuration on its disk, else the one
    /// that it fetched, else none.</summary>
    internal void MachineStarted(MachineLine line)
    {
        lock (Rack.Gate)
        {
            _steps.Clear();
            _server.HangUp();
            _line = line;
            if (line.FromDisk)
                _installed ??= _options.Version;
            else
            {
                Forget();
                Uninstall();
                HasEtcdData = false;
            }

            _found = line.Configuration;
            Boot();
            Tick();
        }
    }

    /// <summary>The line broke: the machine is off, or restarts.</summary>
    internal void MachineEnded(MachineLine line)
    {
        lock (Rack.Gate)
            if (_line == line)
            {
                (_line, _found) = (null, null);
                _steps.Clear();
                Down();
            }
    }

    internal T Looked<T>(Func<T> read)
    {
        lock (Rack.Gate)
        {
            Tick();
            return read();
        }
    }

    internal void ThrowIfToFail(string method)
    {
        foreach (var key in (string[])[method, "*"])
            if (_failures.Remove(key, out var failure))
                throw new NodeRefusal(failure.Code, failure.Message);
    }

    /// <summary>Takes a configuration that was found to be right.</summary>
    internal void Configure(NodeConfiguration configuration, bool staged)
    {
        if (staged)
        {
            _staged = configuration;
            return;
        }

        var fresh = _configuration is null;
        _configuration = configuration;
        if (!fresh)
            return;
        if (_installed is null && configuration.InstallDisk is not null)
        {
            Write("install", began: true, configuration);
            Enter(configuration.IsUnattended ? MachineStage.Booting : MachineStage.Installing, null);
            var written = _line?.InstallAsync(configuration.Text) ?? Task.CompletedTask;
            Later(() => Installed(configuration, written), written);
        }
        else
            Later(() =>
            {
                // apid starts again, with a certificate of the cluster.
                _server.HangUp();
                Enter(MachineStage.Booting, "boot");
            });
    }

    /// <summary>Writes another release to the disk; it runs after the next boot.</summary>
    internal void Install(string image) => (_previous, _installed) = (_installed, VersionOf(image) ?? _version);

    internal void Rollback() => (_installed, _previous) = (_previous, _installed);

    /// <summary>Runs a sequence that ends in a reboot or in silence. One that fails ends in a reboot whatever was asked for
    /// (siderolabs/talos internal/app/machined/pkg/controllers/runtime/machine_status.go).</summary>
    /// <param name="during">What it does; the reason if it fails.</param>
    internal void Leave(MachineStage stage, string sequence, Func<string?> during, bool reboot)
    {
        Enter(stage, sequence);
        Later(() =>
        {
            var failed = during();
            _events.Sequence(sequence, began: false);
            if (failed is not null)
                _events.Failed(sequence, failed);
            if (reboot || failed is not null)
                Reboot();
            else
            {
                Down();
                _line?.Order("poweroff");
            }
        });
    }

    internal void Forget()
    {
        (_configuration, _staged) = (null, null);
    }

    /// <summary>Its member of etcd is dead for good; the others do not know it.</summary>
    internal void ForgetEtcd()
    {
        Etcd?.Lose(this);
        HasEtcdData = false;
    }

    internal void Uninstall() => (_installed, _previous) = (null, null);

    /// <summary>Nothing is left on its disk.</summary>
    internal void WipeSystemDisk()
    {
        Uninstall();
        _line?.Order("wipe");
    }

    internal MachineStatus Status()
    {
        var unmet = new List<UnmetCondition>();
        if (_stage is MachineStage.Booting or MachineStage.Running)
        {
            if (!TimeInSync)
                unmet.Add(new("time", "time is not synced"));
            if (_configuration is { IsControlPlane: true } && Etcd is null)
                unmet.Add(new("services", "etcd not running"));
            else if (Etcd is { HasQuorum: false })
                unmet.Add(new("services", "etcd not healthy"));
            if (_configuration is not null && unmet.Count > 0)
                unmet.Add(new("nodeReady", $"node \"{Hostname}\" status is not available yet"));
        }

        return new(_stage, unmet.Count == 0 && _stage is MachineStage.Maintenance or MachineStage.Running, unmet);
    }

    // An installation by document is a controller's and no sequence.
    private void Write(string phase, bool began, NodeConfiguration configuration)
    {
        if (configuration.IsUnattended)
            return;
        if (phase == "install" && began)
            _events.Sequence("install", began: true);
        _events.Phase(phase, began);
    }

    private static string? VersionOf(string? image) =>
        image is not null && image.LastIndexOf(':') is > 0 and var colon && TalosVersion.IsValid(image[(colon + 1)..])
            ? image[(colon + 1)..] : null;

    private void Reboot()
    {
        Enter(MachineStage.Rebooting, "reboot");
        Later(() =>
        {
            Down();
            // A machine says itself when it has started again.
            if (_options.Machine is null)
                Later(Boot);
            else
                _line?.Order("reboot");
        });
    }

    private void Installed(NodeConfiguration configuration, Task written)
    {
        Write("install", began: false, configuration);
        if (written.Exception?.InnerException is { } failure)
            _events.Failed("install", failure.Message);
        else
        {
            _installed = VersionOf(configuration.InstallImage) ?? _version;
            Write("meta", began: true, configuration);
        }

        Reboot();
    }

    // siderolabs/talos internal/app/machined/pkg/controllers/config/acquire.go: one that is wrong is told, and the machine waits for
    // another.
    private void TakeFound(string text)
    {
        _found = null;
        if (NodeConfiguration.TryRead(text, Release, out var configuration, out var error))
            Configure(configuration, staged: false);
        else
        {
            _events.Refused(error);
            Enter(MachineStage.Maintenance, null);
        }
    }

    private void Down()
    {
        _up = false;
        _server.HangUp();
    }

    // From the disk if Talos is there, else from the network: then it is the release that was booted first.
    private void Boot()
    {
        _up = true;
        _version = _installed ?? _options.Version;
        (_configuration, _staged) = (_staged ?? _configuration, null);
        Enter(MachineStage.Booting, "initialize");
        Later(() =>
        {
            if (_configuration is not null)
                Enter(MachineStage.Booting, "boot");
            else if (_found is { } text)
                TakeFound(text);
            else
                Enter(MachineStage.Maintenance, null);
        });
    }

    // A control-plane node stays in booting until etcd runs; it joins one by itself, and begins one only if it is asked to.
    private void FinishBoot()
    {
        if (_stage != MachineStage.Booting || _configuration is null || !_up || !TimeInSync)
            return;
        if (_configuration.IsControlPlane && Etcd is null && !HasEtcdData
            && Rack.Etcds.FirstOrDefault(e => e.ClusterId == _configuration.ClusterId && e.Members.Count > 0 && e.HasQuorum) is { } etcd)
        {
            etcd.Join(this);
            HasEtcdData = true;
        }

        if (!_configuration.IsControlPlane || Etcd is not null)
            Enter(MachineStage.Running, null);
    }

    private void Enter(MachineStage stage, string? sequence)
    {
        _stage = stage;
        if (sequence is not null)
            _events.Sequence(sequence, began: true);
        _events.Status(Status());
    }

    private void Later(Action step, Task? after = null) =>
        _steps.Enqueue((Rack.Time.GetUtcNow() + Rack.StepTakes, after ?? Task.CompletedTask, step));

    private void Tick()
    {
        while (_steps.TryPeek(out var next) && next.At <= Rack.Time.GetUtcNow() && next.After.IsCompleted)
            _steps.Dequeue().Step();
        if (_steps.Count == 0)
            FinishBoot();
    }
}
