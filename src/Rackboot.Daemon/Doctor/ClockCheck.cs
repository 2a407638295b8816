using System.Buffers.Binary;
using Rackboot.Contracts;

namespace Rackboot.Daemon.Doctor;

/// <summary>Whether the clock is right: certificates of clusters are made by it.</summary>
internal static unsafe class ClockCheck
{
    // adjtimex(2): TIME_ERROR is its result while no server has set the clock.
    private const int NotSynchronized = 5;
    private const int BufferBytes = 256;
    private const int MostErrorAt = 24;

    public static DoctorCheck Look(TimeProvider time)
    {
        var now = time.GetUtcNow();
        if (BuildDate.Of(typeof(ClockCheck).Assembly) is { } built && now < built)
            return new DoctorCheck("time", DoctorLevel.Error,
                $"the clock says {now:yyyy-MM-dd}, before rackbootd was built ({built:yyyy-MM-dd})",
                "set it: timedatectl set-time, or a time server for chrony or systemd-timesyncd");
        var timex = stackalloc byte[BufferBytes];
        new Span<byte>(timex, BufferBytes).Clear();
        var state = LinuxCalls.AdjustClock(timex);
        if (state < 0)
            return new DoctorCheck("time", DoctorLevel.Warning, "this process may not ask the kernel about the clock",
                "run rackboot doctor as root");
        if (state == NotSynchronized)
            return new DoctorCheck("time", DoctorLevel.Warning, $"no time server sets the clock, which says {now:yyyy-MM-dd HH:mm:ss} UTC",
                "install chrony, or: systemctl enable --now systemd-timesyncd; without a network a time server in the rack "
                    + "(docs/air-gap.md)");
        var most = BinaryPrimitives.ReadInt64LittleEndian(new ReadOnlySpan<byte>(timex + MostErrorAt, 8));
        return new DoctorCheck("time", DoctorLevel.Ok, $"the clock is synchronized, within {most / 1000:N0} ms");
    }
}
