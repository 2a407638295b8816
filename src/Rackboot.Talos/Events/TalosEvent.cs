using Rackboot.Talos.Api;

namespace Rackboot.Talos.Events;

/// <summary>An event that a node reports (siderolabs/talos api/machine/machine.proto, internal/app/machined/pkg/runtime/v1alpha1).
/// A closed set: unknown events are <see cref="Unknown"/>.</summary>
/// <param name="Id">Talos's own id: a repeated event has the same id.</param>
/// <param name="ActorId">The id returned by the call that caused the event; empty for none.</param>
public abstract record TalosEvent(string Id, string ActorId)
{
    /// <summary>One sentence for a timeline.</summary>
    public abstract string Sentence { get; }

    /// <summary>A sequence started, ended or failed: <c>boot</c>, <c>initialize</c>, <c>install</c>, <c>shutdown</c>, <c>upgrade</c>,
    /// <c>stageUpgrade</c>, <c>maintenanceUpgrade</c>, <c>reset</c>, <c>reboot</c>. Talos also reports the end of a failed one, and then
    /// <see cref="SequenceChange.Failed"/>.</summary>
    /// <param name="Error">Talos's message; empty if nothing failed.</param>
    public sealed record Sequence(string Id, string ActorId, string Name, SequenceChange Change, string Error) : TalosEvent(Id, ActorId)
    {
        public override string Sentence => EventSentences.Of(this);
    }

    /// <summary>A phase of a sequence started or ended.</summary>
    public sealed record Phase(string Id, string ActorId, string Name, bool Ended) : TalosEvent(Id, ActorId)
    {
        public override string Sentence => EventSentences.Of(this);
    }

    /// <summary>A task of a phase started or ended.</summary>
    public sealed record Task(string Id, string ActorId, string Name, bool Ended) : TalosEvent(Id, ActorId)
    {
        public override string Sentence => $"Talos {(Ended ? "finished" : "started")} the task {Name}.";
    }

    /// <summary>A service changed its state.</summary>
    /// <param name="Healthy">Null if the service has no health check.</param>
    public sealed record Service(string Id, string ActorId, string Name, ServiceChange Change, string Message, bool? Healthy)
        : TalosEvent(Id, ActorId)
    {
        public override string Sentence => EventSentences.Of(this);
    }

    /// <summary>The node could not load a configuration: it is not valid YAML, or not a configuration.</summary>
    public sealed record ConfigurationNotLoaded(string Id, string ActorId, string Error) : TalosEvent(Id, ActorId)
    {
        public override string Sentence => $"Talos could not load its configuration: {EventSentences.OneLine(Error)}";
    }

    /// <summary>The node refused a configuration.</summary>
    public sealed record ConfigurationRefused(string Id, string ActorId, string Error) : TalosEvent(Id, ActorId)
    {
        public override string Sentence => $"Talos refused its configuration: {EventSentences.OneLine(Error)}";
    }

    /// <summary>The node's name or addresses.</summary>
    public sealed record Addresses(string Id, string ActorId, string Hostname, IReadOnlyList<string> All) : TalosEvent(Id, ActorId)
    {
        public override string Sentence => EventSentences.Of(this);
    }

    /// <summary>The status of the whole machine.</summary>
    public sealed record Status(string Id, string ActorId, MachineStatus Machine) : TalosEvent(Id, ActorId)
    {
        public override string Sentence => EventSentences.Of(Machine);
    }

    /// <summary>The node is about to stop: by <c>reboot</c>, <c>kexec</c> into the installed system, or <c>power off</c>.</summary>
    public sealed record Restart(string Id, string ActorId, string Way) : TalosEvent(Id, ActorId)
    {
        public override string Sentence => EventSentences.Of(this);
    }

    /// <summary>An event of an unknown kind, or an unreadable one.</summary>
    /// <param name="Kind"><c>machine.SomethingEvent</c>.</param>
    public sealed record Unknown(string Id, string ActorId, string Kind) : TalosEvent(Id, ActorId)
    {
        public override string Sentence => $"Talos sent an event of kind {Kind}.";
    }
}
