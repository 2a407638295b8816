using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using Rackboot.Talos.Api;
using Rackboot.Talos.Events;
using Rackboot.Talos.Events.Wire;
using MachineStatus = Rackboot.Talos.Events.Wire.MachineStatus;
using UnmetCondition = Rackboot.Talos.Events.Wire.UnmetCondition;

namespace Rackboot.Talos.Tests.Events;

/// <summary>Event types and numbers: siderolabs/talos api/machine/machine.proto.</summary>
public sealed class EventTests
{
    public static TheoryData<string, byte[], string> Sentences => new()
    {
        { "SequenceEvent", Bytes(new SequenceEvent { Sequence = "install", Action = 1 }), "Talos started the install sequence." },
        { "SequenceEvent", Bytes(new SequenceEvent { Sequence = "install", Action = 2 }), "Talos finished the install sequence." },
        { "PhaseEvent", Bytes(new PhaseEvent { Phase = "install" }), "Talos started installing itself to the disk." },
        {
            "SequenceEvent", Bytes(new SequenceEvent { Sequence = "install",
                Error = new() { Message = "sequence failed: no disk\nmatched" } }),
            "Talos failed at the install sequence: sequence failed: no disk; matched"
        },
        {
            "SequenceEvent", Bytes(new SequenceEvent { Sequence = "reset", Error = new() { Code = 1, Message = "locked" } }),
            "Talos did not start resetting the machine: locked"
        },
        { "SequenceEvent", Bytes(new SequenceEvent { Sequence = "dance", Action = 1 }), "Talos started the sequence dance." },
        { "PhaseEvent", Bytes(new PhaseEvent { Phase = "config" }), "Talos started the phase config." },
        { "TaskEvent", Bytes(new TaskEvent { Task = "runningMaintenance", Action = 1 }), "Talos finished the task runningMaintenance." },
        {
            "ServiceStateEvent", Bytes(new ServiceStateEvent { Service = "etcd", Action = 3, Health = new() { Healthy = true } }),
            "The service etcd is running and healthy."
        },
        {
            "ServiceStateEvent",
                Bytes(new ServiceStateEvent { Service = "kubelet", Action = 6, Message = "exit 1", Health = new() { Unknown = true } }),
            "The service kubelet failed: exit 1"
        },
        { "ServiceStateEvent", Bytes(new ServiceStateEvent { Service = "x", Action = 99 }), "The service x changed its state." },
        { "ConfigLoadErrorEvent", Bytes(new ConfigErrorEvent { Error = "yaml: line 3" }),
            "Talos could not load its configuration: yaml: line 3" },
        {
            "ConfigValidationErrorEvent", Bytes(new ConfigErrorEvent { Error = "1 error occurred:\n\t* no disk" }),
            "Talos refused its configuration: 1 error occurred:; * no disk"
        },
        {
            "AddressEvent", Bytes(new AddressEvent { Hostname = "cp-1", Addresses = { "10.20.0.11", "fd00::1" } }),
            "The node is named cp-1 and has the addresses 10.20.0.11, fd00::1."
        },
        {
            "MachineStatusEvent",
            Bytes(new MachineStatusEvent
            {
                Stage = 1,
                Status = new MachineStatus { UnmetConditions = { new UnmetCondition { Name = "services", Reason = "etcd not running" } } },
            }),
            "The machine is booting and waiting: services: etcd not running."
        },
        { "MachineStatusEvent", Bytes(new MachineStatusEvent { Stage = 4, Status = new MachineStatus { Ready = true } }),
            "The machine is running and ready." },
        { "MachineStatusEvent", Bytes(new MachineStatusEvent { Stage = 77 }), "The machine is in an unknown stage." },
        { "RestartEvent", Bytes(new RestartEvent { Cmd = 0x45584543 }),
            "The machine starts the installed system with kexec, skipping the firmware." },
        { "RestartEvent", Bytes(new RestartEvent { Cmd = 0x01234567 }), "The machine reboots." },
        { "RestartEvent", Bytes(new RestartEvent { Cmd = 0x4321FEDC }), "The machine powers off." },
        { "NewEvent", [1, 2, 3], "Talos sent an event of kind machine.NewEvent." },
        { "SequenceEvent", [0xFF, 0xFF], "Talos sent an event of kind machine.SequenceEvent." },
    };

    [Theory]
    [MemberData(nameof(Sentences))]
    public void An_event_has_a_plain_sentence(string kind, byte[] bytes, string sentence)
    {
        var read = TalosEventReader.Read("id", "actor", new Any
        {
            TypeUrl = $"type.googleapis.com/machine.{kind}",
            Value = ByteString.CopyFrom(bytes)
        });
        Assert.Equal((sentence, "id", "actor"), (read.Sentence, read.Id, read.ActorId));
    }

    [Fact]
    public void Random_and_mutated_events_never_throw_and_stay_bounded()
    {
        var random = new Random(20261121);
        var seeds = Sentences.Select(row => (row.Data.Item1, row.Data.Item2)).Append(("MachineStatusEvent", new byte[500])).ToArray();
        for (var i = 0; i < 50_000; i++)
        {
            var (kind, seed) = seeds[random.Next(seeds.Length)];
            var bytes = seed.ToArray();
            for (var n = random.Next(6); n > 0 && bytes.Length > 0; n--)
                bytes[random.Next(bytes.Length)] = (byte)random.Next(256);
            var read = TalosEventReader.Read("id", "", new Any
            {
                TypeUrl = $"x/machine.{kind}",
                Value = ByteString.CopyFrom(bytes, 0, random.Next(bytes.Length + 1))
            });
            Assert.InRange(read.Sentence.Length, 1, 5_000);
            Assert.DoesNotContain(read.Sentence, char.IsControl);
        }
    }

    [Fact]
    public void Long_words_and_control_characters_do_not_reach_a_timeline()
    {
        var bytes = Bytes(new ConfigErrorEvent { Error = "\u001b[2J" + new string('x', 1_000_000) });
        var read = TalosEventReader.Read(new string('i', 9999), "",
            new Any { TypeUrl = "a/machine.ConfigLoadErrorEvent", Value = ByteString.CopyFrom(bytes) });
        Assert.InRange(read.Sentence.Length, 1, 2_100);
        Assert.InRange(read.Id.Length, 1, 210);
        Assert.DoesNotContain('\u001b', read.Sentence);
    }

    private static byte[] Bytes(IMessage message) => message.ToByteArray();
}
