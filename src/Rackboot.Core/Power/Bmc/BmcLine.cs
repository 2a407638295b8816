namespace Rackboot.Core.Power.Bmc;

/// <summary>The connection from one machine to its BMC, as long as neither its document nor its credential changes.</summary>
/// <param name="login">Fingerprint of all that logging in depends on.</param>
internal sealed class BmcLine(BmcSpec spec, string login, BmcGate gate, IPowerController controller)
{
    private volatile PowerReading _reading = PowerReading.None;
    private string? _under;

    public BmcSpec Spec { get; } = spec;

    public string Login { get; } = login;

    public BmcGate Gate { get; } = gate;

    /// <summary>One call at a time: to a BMC, however many machines hang on it; to the operator's own service, for each machine.</summary>
    public SemaphoreSlim Turn { get; } = spec.Driver == BmcDriver.Webhook ? new SemaphoreSlim(1, 1) : gate.Turn;

    public IPowerController Controller { get; } = controller;

    public PowerReading Reading
    {
        get => _reading;
        set => _reading = value;
    }

    /// <summary>What is being done to the machine now, in words; null if nothing.</summary>
    public string? UnderWay => _under;

    /// <summary>Takes the machine for one action; the answer is the other action that has it, or null.</summary>
    public string? Begin(string what) => Interlocked.CompareExchange(ref _under, what, null);

    public void End() => _under = null;
}
