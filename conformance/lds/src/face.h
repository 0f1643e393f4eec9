// What is in the data blocks of DG2.
#pragma once

#include "judge.h"

namespace cicada::conformance::lds {

// ISO/IEC 19794-5:2005 (face_record.cpp).
[[nodiscard]] Verdict facial_record_header(const Evidence& evidence);
[[nodiscard]] Verdict facial_information(const Evidence& evidence);
[[nodiscard]] Verdict feature_points(const Evidence& evidence);
[[nodiscard]] Verdict image_information(const Evidence& evidence);

// ISO/IEC 39794-5 in the application profile of ICAO (face_block.cpp).
[[nodiscard]] Verdict version_block(const Evidence& evidence);
[[nodiscard]] Verdict representation_blocks(const Evidence& evidence);
[[nodiscard]] Verdict representation_block(const Evidence& evidence);
[[nodiscard]] Verdict gender(const Evidence& evidence);
[[nodiscard]] Verdict image_representation(const Evidence& evidence);
[[nodiscard]] Verdict image_2d(const Evidence& evidence);
[[nodiscard]] Verdict image_data_format(const Evidence& evidence);
[[nodiscard]] Verdict face_image_kind(const Evidence& evidence);

}  // namespace cicada::conformance::lds
