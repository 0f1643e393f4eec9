#include "cicada/asn1/ef_cvca.h"

#include "cicada/asn1/cv_certificate.h"
#include "cv_fields.h"

namespace cicada::asn1 {

using base::Bytes;
using base::ByteView;
using base::fail;
using base::Fault;
using base::Result;

namespace {

constexpr std::size_t kMaxReferences = 2;
constexpr base::Literal kClause = "9303-11 §7.1.3";

}  // namespace

Result<std::vector<std::string>> parse_ef_cvca(ByteView file) {
  if (file.size() != kEfCvcaSize) {
    return fail({.fault = Fault::malformed, .what = "EF.CVCA does not have 36 octets", .clause = kClause});
  }
  std::vector<std::string> references;
  TlvReader reader{file, Rules::der};
  while (!reader.at_end() && reader.rest().front() != 0x00) {
    if (references.size() == kMaxReferences) {
      return fail({.fault = Fault::malformed, .what = "EF.CVCA has more than two references", .clause = kClause});
    }
    CICADA_TRY(const auto object, reader.expect(cv::tags::kAuthorityReference));
    CICADA_TRY(auto reference, cv::reference_of(object));
    references.push_back(std::move(reference));
  }
  const auto padding = reader.rest();
  if (references.empty() || std::ranges::any_of(padding, [](std::uint8_t octet) { return octet != 0; })) {
    return fail({.fault = Fault::malformed,
                 .what = "EF.CVCA does not hold references and zeros",
                 .clause = kClause,
                 .at = reader.position()});
  }
  return references;
}

Result<Bytes> encode_ef_cvca(const std::vector<std::string>& references) {
  if (references.empty() || references.size() > kMaxReferences) {
    return fail({.fault = Fault::bad_input, .what = "EF.CVCA holds one or two references", .clause = kClause});
  }
  Bytes file;
  for (const auto& reference : references) {
    CICADA_TRY(const auto object, cv::encode_reference(cv::tags::kAuthorityReference, reference));
    base::append(file, object);
  }
  file.resize(kEfCvcaSize);
  return file;
}

}  // namespace cicada::asn1
