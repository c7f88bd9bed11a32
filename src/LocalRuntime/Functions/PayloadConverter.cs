using System.Text.Json;
using Microsoft.DurableTask;
using Microsoft.DurableTask.Converters;

namespace LocalRuntime.Functions;

/// <summary>
/// Payloads as the Functions worker writes them (System.Text.Json with the app's options, names matched without regard
/// to case), with the bounds that Azure sets.
/// </summary>
sealed class PayloadConverter(JsonSerializerOptions options) : DataConverter
{
    /// <summary>UTF-8 bytes of an input, output or event.</summary>
    public const int MaxPayloadBytes = 1024 * 1024;

    /// <summary>UTF-16 bytes of a custom status.</summary>
    public const int MaxCustomStatusBytes = 16 * 1024;

    readonly JsonDataConverter _json = new(options);

    /// <exception cref="InvalidOperationException">The text is over one megabyte.</exception>
    public override string? Serialize(object? value)
    {
        var text = _json.Serialize(value);
        if (text is not null && text.Length > MaxPayloadBytes / 3
            && System.Text.Encoding.UTF8.GetByteCount(text) is var bytes and > MaxPayloadBytes)
        {
            throw new InvalidOperationException(
                $"A payload of {bytes} bytes is over the bound of {MaxPayloadBytes}. Pass a key or a count through the "
                + $"orchestration, not the data itself (type {value!.GetType()}).");
        }

        return text;
    }

    /// <exception cref="ArgumentException">The text of a custom status is over 16 KB.</exception>
    public static void ThrowIfTooLong(string? customStatus)
    {
        if (customStatus is not null && customStatus.Length * sizeof(char) > MaxCustomStatusBytes)
        {
            throw new ArgumentException(
                $"The custom status has {customStatus.Length * sizeof(char)} bytes of UTF-16 text, the bound is "
                + $"{MaxCustomStatusBytes}. Show counts and names, and keep the rest where it can be queried.");
        }
    }

    public override object? Deserialize(string? data, Type targetType) => _json.Deserialize(data, targetType);
}
