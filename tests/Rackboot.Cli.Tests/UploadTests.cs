using Rackboot.Cli.Output;

namespace Rackboot.Cli.Tests;

/// <summary>How far an upload is.</summary>
public sealed class UploadTests
{
    [Fact]
    public async Task A_file_that_is_sent_and_closed_before_the_answer_comes_ends_well()
    {
        var answer = new TaskCompletionSource<string>();
        using var sent = new SentFile(answer);
        Assert.Equal("imported", await Upload.FollowAsync(sent, answer.Task, _ => { }, CancellationToken.None));
        Assert.True(sent.WasAsked);
    }

    [Fact]
    public async Task The_position_is_told_while_the_file_is_sent()
    {
        var answer = new TaskCompletionSource<string>();
        using var content = new MemoryStream(new byte[10]) { Position = 7 };
        var told = 0L;
        await Upload.FollowAsync(content, answer.Task, position =>
        {
            told = position;
            answer.TrySetResult("imported");
        }, CancellationToken.None);
        Assert.Equal(7, told);
    }

    /// <summary>A file that HttpClient has closed; the answer comes after somebody asked for its position.</summary>
    private sealed class SentFile(TaskCompletionSource<string> answer) : MemoryStream
    {
        public bool WasAsked { get; private set; }

        public override long Position
        {
            get
            {
                WasAsked = true;
                answer.TrySetResult("imported");
                throw new ObjectDisposedException(null, "Cannot access a closed file.");
            }
            set => throw new NotSupportedException();
        }
    }
}
