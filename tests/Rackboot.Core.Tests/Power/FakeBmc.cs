using Rackboot.Core.Power;
using Rackboot.Core.Power.Reports;

namespace Rackboot.Core.Tests.Power;

/// <summary>A BMC that does what a test says.</summary>
internal sealed class FakeBmc : IPowerController
{
    private int _inside;

    public PowerState State { get; set; } = PowerState.Off;

    /// <summary>How often it still shows the old state after a command.</summary>
    public int Lag { get; set; }

    public BootOverride Boot { get; set; } = new(null, "None");

    /// <summary>What it reads back whatever was set.</summary>
    public BootOverride? AlwaysReads { get; set; }

    public Func<Exception>? Fails { get; set; }

    /// <summary>Whether commands are taken and then not carried out.</summary>
    public bool Deaf { get; set; }

    /// <summary>How many commands are lost on the way.</summary>
    public int Loses { get; set; }

    /// <summary>How many commands are carried out, and the answer is lost.</summary>
    public int LosesAnswers { get; set; }

    /// <summary>Answers nothing at all.</summary>
    public bool Frozen { get; set; }

    public List<string> Calls { get; } = [];

    public int MostInside { get; private set; }

    public bool Disposed { get; private set; }

    public bool ReadsState => true;

    public IBmcReports? Reports { get; set; }

    private (PowerState State, int In)? _coming;

    public Task<PowerState> ReadStateAsync(CancellationToken cancel) => Do("read", () =>
    {
        if (_coming is { } coming)
        {
            _coming = coming.In == 0 ? null : coming with { In = coming.In - 1 };
            if (coming.In == 0)
                State = coming.State;
        }

        return State;
    }, cancel);

    public Task SwitchAsync(PowerSwitch to, CancellationToken cancel) => Do(to.ToString(), () =>
    {
        if (Loses-- > 0)
            throw new PowerException(PowerFailure.NoAnswer, "no answer");
        if (!Deaf && to != PowerSwitch.Reset)
            _coming = (to == PowerSwitch.On ? PowerState.On : PowerState.Off, Lag);
        if (LosesAnswers-- > 0)
            throw new PowerException(PowerFailure.NoAnswer, "no answer");
        return 0;
    }, cancel);

    public Task SetBootOnceAsync(BootTarget target, CancellationToken cancel) => Do($"boot {target}", () =>
    {
        Boot = new BootOverride(target, $"{target} (Once)");
        return 0;
    }, cancel);

    public Task<BootOverride> ReadBootAsync(CancellationToken cancel) => Do("read boot", () => AlwaysReads ?? Boot, cancel);

    public Task IdentifyAsync(TimeSpan duration, CancellationToken cancel) => Do("identify", () => 0, cancel);

    public ValueTask DisposeAsync()
    {
        Disposed = true;
        return ValueTask.CompletedTask;
    }

    private async Task<T> Do<T>(string call, Func<T> answer, CancellationToken cancel)
    {
        lock (Calls)
        {
            Calls.Add(call);
            MostInside = Math.Max(MostInside, ++_inside);
        }

        try
        {
            if (Frozen)
            {
                var never = new TaskCompletionSource();
                using var given = cancel.Register(() => never.TrySetCanceled(cancel));
                await never.Task.ConfigureAwait(false);
            }

            return Fails is { } fails ? throw fails() : answer();
        }
        finally
        {
            lock (Calls)
                _inside--;
        }
    }
}
