using System.Collections.Immutable;

namespace Rackboot.Core.Power.Bmc;

/// <summary>A BMC's behaviour, and its consequences: a silent one is polled less and less often, and after two refusals of the same
/// login attempts stop, so that its account is not locked.</summary>
/// <param name="Silences">Calls without an answer since the last answer.</param>
/// <param name="NotBefore">When it is polled again at the earliest.</param>
/// <param name="Refusals">How often it refused which login, by the login's fingerprint.</param>
public sealed record BmcHealth(int Silences, DateTimeOffset? NotBefore, ImmutableDictionary<string, int> Refusals)
{
    /// <summary>Refusals of a login after which it is not tried again.</summary>
    public const int MostRefusals = 2;

    private const int SilencesBeforeBackOff = 3;
    private const int MostRemembered = 16;

    private static readonly TimeSpan FirstBackOff = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan LongestBackOff = TimeSpan.FromMinutes(15);

    public static BmcHealth Unknown { get; } = new(0, null, ImmutableDictionary<string, int>.Empty);

    public bool IsSilent => Silences >= SilencesBeforeBackOff;

    /// <summary>Whether all attempts stopped, also by operators.</summary>
    public bool IsStopped(string login) => Refusals.GetValueOrDefault(login) >= MostRefusals;

    /// <summary>Whether it may be polled; operators' requests are tried in any case.</summary>
    public bool MayPoll(string login, DateTimeOffset now) => !IsStopped(login) && !(NotBefore > now);

    public BmcHealth Answered(string login) => Silences == 0 && NotBefore is null && !Refusals.ContainsKey(login)
        ? this
        : this with { Silences = 0, NotBefore = null, Refusals = Refusals.Remove(login) };

    public BmcHealth WasSilent(DateTimeOffset now)
    {
        var silences = Silences + 1;
        if (silences < SilencesBeforeBackOff)
            return this with { Silences = silences };
        var wait = FirstBackOff * Math.Pow(2, Math.Min(silences - SilencesBeforeBackOff, 8));
        return this with { Silences = silences, NotBefore = now + (wait < LongestBackOff ? wait : LongestBackOff) };
    }

    /// <summary>It refused <paramref name="login"/>; it is not silent.</summary>
    public BmcHealth Refused(string login)
    {
        var refusals = Refusals.Count >= MostRemembered && !Refusals.ContainsKey(login) ? ImmutableDictionary<string, int>.Empty : Refusals;
        return this with { Silences = 0, NotBefore = null, Refusals = refusals.SetItem(login, refusals.GetValueOrDefault(login) + 1) };
    }
}
