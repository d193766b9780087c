using System.Globalization;
using System.Text;
using HmacFileServer.Core.Networks.Prediction;

namespace HmacFileServer.Bench.Prediction;

/// <summary>Writes the trained weights as a source file of Core, so that the product reads no file for them.</summary>
internal static class ModelSource
{
    public static string Path { get; } =
        System.IO.Path.Combine(RepositoryFolder.Root, "src", "HmacFileServer.Core", "Networks", "Prediction", "TrainedLinkModel.cs");

    public static string Write(LinkPredictorModel model, int rows, int deaths)
    {
        var text = new StringBuilder();
        text.Append(CultureInfo.InvariantCulture, $$"""
            namespace HmacFileServer.Core.Networks.Prediction;

            /// <summary>
            /// Written by `hfs-bench train-predictor --traces F`; do not edit. Trained on {{rows}} seconds, {{deaths}} of them before an outage, of:
            /// Starlink-on-the-Autobahn (D. Laniewski, E. Lanfer, N. Aschenbruck, CC BY-SA 4.0), FjordLink (ds-kiel, Kiel University, CC BY 4.0),
            /// Solis-WiFi-Trace (Gerui Lv, MIT). What it is worth: bench/results/prediction.txt.
            /// </summary>
            internal static class TrainedLinkModel
            {
                public static LinkPredictorModel Model { get; } = new(

            """);
        Array("Mean", model.Mean);
        Array("Scale", model.Scale);
        Array("Weight", model.Weight);
        text.Append(CultureInfo.InvariantCulture, $"        Bias: {model.Bias:R},\n        PrepareAt: {model.PrepareAt:R},\n        LeaveAt: {model.LeaveAt:R});\n}}\n");
        return text.ToString();

        void Array(string name, double[] values)
        {
            text.Append(CultureInfo.InvariantCulture, $"        {name}:\n        [\n");
            for (var i = 0; i < values.Length; i++)
                text.Append(CultureInfo.InvariantCulture, $"            {values[i]:R}, // {LinkHistory.FeatureNames[i]}\n");
            text.Append("        ],\n");
        }
    }
}
