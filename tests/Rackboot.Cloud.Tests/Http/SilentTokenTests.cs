namespace Rackboot.Cloud.Tests.Http;

/// <summary>A provider whose place for tokens does not answer.</summary>
public sealed class SilentTokenTests
{
    [Fact]
    public async Task A_token_that_does_not_come_in_time_is_a_failure_in_which_nothing_was_sent()
    {
        var settings = Clouds.Traits("phoenixnap")!.Settings.ToDictionary(s => s.Name, _ => "https://provider.example");
        var access = new CloudAccess("user", () => "secret", settings, new Hasty(), new Silent());
        using var cloud = Clouds.Connect("phoenixnap", access);
        for (var i = 0; i < 20; i++)
        {
            var failure = await Assert.ThrowsAsync<CloudException>(() => cloud.ListAsync(default));
            Assert.False(failure.MayHaveHappened, failure.Message);
        }
    }

    /// <summary>Every wait is over at once.</summary>
    private sealed class Hasty : TimeProvider
    {
        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) =>
            base.CreateTimer(callback, state, dueTime == Timeout.InfiniteTimeSpan ? dueTime : TimeSpan.Zero, Timeout.InfiniteTimeSpan);
    }

    private sealed class Silent : HttpMessageHandler
    {
        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            await Task.Delay(Timeout.Infinite, cancellationToken);
            throw new InvalidOperationException("it does not answer");
        }
    }
}
