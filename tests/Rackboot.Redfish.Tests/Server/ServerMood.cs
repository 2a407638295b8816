using Microsoft.AspNetCore.Http;

namespace Rackboot.Redfish.Tests.Server;

/// <summary>What a test server does as the specification says, and what it does otherwise.</summary>
internal sealed class ServerMood
{
    public enum Etags
    {
        /// <summary>As in the tree, and no care about If-Match.</summary>
        AsInTree,
        None,

        /// <summary>Strong, and a wrong If-Match is 412.</summary>
        Strong,

        /// <summary>Strong, and no If-Match is 428.</summary>
        Required,

        /// <summary>Weak, and only the stripped form is taken.</summary>
        WeakShownStrongWanted,

        /// <summary>Weak, and only * is taken.</summary>
        OnlyAny,

        /// <summary>Any If-Match is 412.</summary>
        OnlyNone,
    }

    public Etags ETags { get; set; }

    public bool NoSessions { get; set; }

    public int SessionLimit { get; set; } = 4;

    public int SessionsFullStatus { get; set; } = 503;

    public string SessionsFullId { get; set; } = "Base.1.8.SessionLimitExceeded";

    /// <summary>The state that a reset leads to comes this much later; null: never.</summary>
    public TimeSpan? PowerDelay { get; set; } = TimeSpan.FromSeconds(5);

    public TimeSpan MediaDelay { get; set; } = TimeSpan.FromSeconds(3);

    /// <summary>Properties in an InsertMedia body that are refused with 400.</summary>
    public ISet<string> RefusedMediaProperties { get; } = new HashSet<string>();

    /// <summary>Properties of Boot whose presence or absence is refused with 400.</summary>
    public ISet<string> RefusedBootProperties { get; } = new HashSet<string>();

    public ISet<string> RequiredBootProperties { get; } = new HashSet<string>();

    /// <summary>Says yes to a boot override and forgets it.</summary>
    public bool LosesBootOverride { get; set; }

    /// <summary>The account may do nothing until its password is changed.</summary>
    public bool PasswordMustChange { get; set; }

    /// <summary>The host in the Location of what the service made.</summary>
    public string LocationHost { get; set; } = "";

    /// <summary>Says yes to a new password and keeps the old one.</summary>
    public bool ForgetsNewPasswords { get; set; }

    public bool TaskFails { get; set; }

    /// <summary>Location leads to the Task (always 200), not to a task monitor (202 until done).</summary>
    public bool LocationIsTheTask { get; set; }

    /// <summary>Members a page.</summary>
    public int? PageSize { get; set; }

    public bool Compresses { get; set; }

    /// <summary>Puts what was sent into every error, as some services do.</summary>
    public bool RepeatsBodyInErrors { get; set; }

    /// <summary>Another service's address, put before every link but those of the root.</summary>
    public string? LeadTo { get; set; }

    /// <summary>Spoils every resource on its way out.</summary>
    public Garbler? Garbler { get; set; }

    /// <summary>Runs first; true if it has answered.</summary>
    public Func<HttpContext, Task<bool>>? Before { get; set; }
}
