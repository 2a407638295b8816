using Rackboot.Daemon.BootPlane.Transport;

namespace Rackboot.Daemon.Tests.BootPlane.Transport;

public sealed class ReadinessTests
{
    private readonly Readiness _ready = new();

    [Fact]
    public void A_word_said_before_anybody_waits_is_not_lost_and_counts_once()
    {
        _ready.Say();
        _ready.Say();
        Assert.True(_ready.WaitAsync().AsTask().IsCompleted);
        Assert.False(_ready.WaitAsync().AsTask().IsCompleted);
    }

    [Fact]
    public async Task Who_waits_goes_on_in_the_thread_of_the_word()
    {
        var thread = -1;
        var waiting = Wait();
        var loop = new Thread(() =>
        {
            _ready.Say();
            Assert.Equal(Environment.CurrentManagedThreadId, thread);
        });
        loop.Start();
        loop.Join();
        await waiting;

        async Task Wait()
        {
            await _ready.WaitAsync().ConfigureAwait(false);
            thread = Environment.CurrentManagedThreadId;
        }
    }

    [Fact]
    public async Task Two_cannot_wait_for_one_word()
    {
        Assert.False(_ready.WaitAsync().AsTask().IsCompleted);
        await Assert.ThrowsAsync<InvalidOperationException>(async () => await _ready.WaitAsync());
    }

    [Fact]
    public async Task No_word_is_lost_between_two_threads()
    {
        const int Rounds = 200_000;
        var (there, back) = (_ready, new Readiness());
        var answering = Task.Run(async () =>
        {
            for (var i = 0; i < Rounds; i++)
            {
                await there.WaitAsync();
                back.Say();
            }
        });
        for (var i = 0; i < Rounds; i++)
        {
            there.Say();
            await back.WaitAsync().AsTask().WaitAsync(TimeSpan.FromSeconds(30));
        }

        await answering;
    }
}
