using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using Rackboot.Talos.Api;
using Rackboot.Talos.Events.Wire;

namespace Rackboot.Talos.Events;

/// <summary>Reads Talos's packed events. Any bytes result in an event.</summary>
public static class TalosEventReader
{
    private const int MostWord = 200;
    private const int MostItems = 64;

    /// <summary>One event.</summary>
    /// <param name="data"><c>type.googleapis.com/machine.SomethingEvent</c> and its bytes.</param>
    public static TalosEvent Read(string id, string actorId, Any? data)
    {
        (id, actorId) = (Word(id), Word(actorId));
        var url = data?.TypeUrl ?? "";
        var kind = url[(url.LastIndexOf('/') + 1)..];
        try
        {
            return Known(id, actorId, kind, data?.Value ?? ByteString.Empty) ?? new TalosEvent.Unknown(id, actorId, Word(kind));
        }
        catch (InvalidDataException)
        {
            return new TalosEvent.Unknown(id, actorId, Word(kind));
        }
    }

    private static string Error(ByteString bytes) => PrintableText.Of(ReceivedMessage.Parse(ConfigErrorEvent.Parser, bytes.Span).Error);

    private static TalosEvent? Known(string id, string actor, string kind, ByteString bytes)
    {
        switch (kind)
        {
            case "machine.SequenceEvent":
                return Of(id, actor, ReceivedMessage.Parse(Wire.SequenceEvent.Parser, bytes.Span));
            case "machine.PhaseEvent" when ReceivedMessage.Parse(Wire.PhaseEvent.Parser, bytes.Span) is var phase:
                return new TalosEvent.Phase(id, actor, Word(phase.Phase), phase.Action == 1);
            case "machine.TaskEvent" when ReceivedMessage.Parse(Wire.TaskEvent.Parser, bytes.Span) is var task:
                return new TalosEvent.Task(id, actor, Word(task.Task), task.Action == 1);
            case "machine.ServiceStateEvent":
                return Of(id, actor, ReceivedMessage.Parse(ServiceStateEvent.Parser, bytes.Span));
            case "machine.ConfigLoadErrorEvent":
                return new TalosEvent.ConfigurationNotLoaded(id, actor, Error(bytes));
            case "machine.ConfigValidationErrorEvent":
                return new TalosEvent.ConfigurationRefused(id, actor, Error(bytes));
            case "machine.AddressEvent" when ReceivedMessage.Parse(AddressEvent.Parser, bytes.Span) is var address:
                return new TalosEvent.Addresses(id, actor, Word(address.Hostname), [.. address.Addresses.Take(MostItems).Select(Word)]);
            case "machine.MachineStatusEvent":
                return new TalosEvent.Status(id, actor, Of(ReceivedMessage.Parse(MachineStatusEvent.Parser, bytes.Span)));
            case "machine.RestartEvent":
                return new TalosEvent.Restart(id, actor, Way(ReceivedMessage.Parse(RestartEvent.Parser, bytes.Span).Cmd));
            default:
                return null;
        }
    }

    private static TalosEvent.Sequence Of(string id, string actor, SequenceEvent e)
    {
        var change = (e.Action, e.Error) switch
        {
            (_, { Code: 1 }) => SequenceChange.Locked, // common.Code: FATAL 0, LOCKED 1, CANCELED 2
            (_, not null) => SequenceChange.Failed,
            (1, _) => SequenceChange.Began,
            (2, _) => SequenceChange.Ended,
            _ => SequenceChange.None,
        };
        return new(id, actor, Word(e.Sequence), change, PrintableText.Of(e.Error?.Message ?? ""));
    }

    private static TalosEvent.Service Of(string id, string actor, ServiceStateEvent e)
    {
        var change = System.Enum.IsDefined((ServiceChange)e.Action) ? (ServiceChange)e.Action : ServiceChange.Other;
        bool? healthy = e.Health is null or { Unknown: true } ? null : e.Health.Healthy;
        return new(id, actor, Word(e.Service), change, PrintableText.Of(e.Message), healthy);
    }

    private static Api.MachineStatus Of(MachineStatusEvent e) => new(
        System.Enum.IsDefined((MachineStage)e.Stage) ? (MachineStage)e.Stage : MachineStage.Unknown,
        e.Status?.Ready ?? false,
        [.. (e.Status?.UnmetConditions ?? []).Take(MostItems).Select(c =>
            new Api.UnmetCondition(Word(c.Name), PrintableText.Of(c.Reason)))]);

    // linux/reboot.h: LINUX_REBOOT_CMD_RESTART, _KEXEC, _POWER_OFF.
    private static string Way(long command) => command switch
    {
        0x01234567 => "reboot",
        0x45584543 => "kexec",
        0x4321FEDC => "power off",
        _ => "other",
    };

    private static string Word(string text) => EventSentences.OneLine(PrintableText.Of(text, MostWord));
}
