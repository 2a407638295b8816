using System.Net;

namespace Rackboot.Tftp.Tests;

/// <summary>No deadline is forgotten, and none is told early, by a clock that the test sets.</summary>
public sealed class DeadlineWheelTests
{
    private static readonly DateTimeOffset Start = new(2026, 11, 21, 0, 0, 0, TimeSpan.Zero);

    [Theory]
    [InlineData(1)]
    [InlineData(30)]
    public void Silent_transfers_send_again_on_time_each_by_its_own_timeout(int timeoutSeconds)
    {
        var wheel = new DeadlineWheel(Start);
        var sent = new List<TimeSpan>();
        var now = Start;
        var session = Session(timeoutSeconds);
        var wire = new Wire(_ => sent.Add(now - Start));
        session.Transfer.Start(now, wire);
        wheel.Put(session);
        for (; now < Start.AddSeconds(100); now += TimeSpan.FromMilliseconds(10))
            while (wheel.Take(now) is { } due)
            {
                due.Transfer.Tick(now, wire);
                if (!due.Transfer.IsOver)
                    wheel.Put(due);
            }

        Assert.True(sent.Count >= 3);
        Assert.InRange(sent[1].TotalSeconds, timeoutSeconds, timeoutSeconds + 0.15);
    }

    [Fact]
    public void Every_transfer_is_found_after_the_clock_stood_still_for_an_hour()
    {
        var wheel = new DeadlineWheel(Start);
        var sessions = Enumerable.Range(1, 100).Select(n => Session(1 + n % 9)).ToList();
        foreach (var session in sessions)
        {
            session.Transfer.Start(Start.AddMilliseconds(37 * sessions.IndexOf(session)), Wire.Nowhere);
            wheel.Put(session);
        }

        var found = new HashSet<TransferSession>();
        while (wheel.Take(Start.AddHours(1)) is { } session)
            Assert.True(found.Add(session));
        Assert.Equal(100, found.Count);
    }

    [Fact]
    public void A_transfer_that_ended_is_not_found()
    {
        var wheel = new DeadlineWheel(Start);
        var session = Session(1);
        session.Transfer.Start(Start, Wire.Nowhere);
        wheel.Put(session);
        DeadlineWheel.Remove(session);
        DeadlineWheel.Remove(session);
        Assert.Null(wheel.Take(Start.AddSeconds(10)));
    }

    private static TransferSession Session(int timeoutSeconds)
    {
        var request = new TftpRequest { FileName = "f", IsNetascii = false, IsWrite = false, TimeoutSeconds = timeoutSeconds };
        var transfer = new TftpTransfer(new MemoryTftpFile(new byte[5000]), request, new TftpServerOptions());
        return new TransferSession
        {
            Transfer = transfer,
            Asked = request,
            Request = new TftpRead("f", new IPEndPoint(1, 1), IPAddress.Any),
            Port = null!,
            Peer = default,
            Key = 1,
            Started = Start,
        };
    }
}
