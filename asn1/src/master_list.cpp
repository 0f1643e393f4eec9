#include "cicada/asn1/master_list.h"

#include <algorithm>
#include <string_view>

#include "cicada/asn1/cms.h"
#include "cicada/asn1/der.h"
#include "scan.h"

namespace cicada::asn1 {

using base::Bytes;
using base::ByteView;
using base::fail;
using base::Fault;
using base::Result;

namespace {

// The elements of some thousand certificates.
constexpr ScanCaps kCaps{.size = kMaxCmsSize, .elements = 1'000'000};

bool text_less(const Bytes& a, const Bytes& b) noexcept {
  return base::as_text(a) < base::as_text(b);
}

Result<CscaMasterList> read_list(ByteView content) {
  CICADA_TRY(const auto sequence, read_only(content, tags::kSequence));
  TlvReader reader{sequence.value};
  CICADA_TRY(const auto version, reader.expect(tags::kInteger));
  CICADA_TRY(const auto set, reader.expect(tags::kSet));
  CICADA_CHECK(reader.expect_end());
  CscaMasterList list;
  CICADA_TRY(list.version, small_integer(version.value));
  TlvReader elements{set.value};
  while (!elements.at_end()) {
    if (list.certificates.size() == kMaxMasterListCertificates) {
      return fail({.fault = Fault::limit, .what = "too many certificates in a master list"});
    }
    CICADA_TRY(const auto certificate, elements.expect(tags::kSequence));
    list.certificates.push_back(base::to_bytes(certificate.whole));
  }
  if (list.version != 0) list.deviations.push_back("version of the master list is not 0");
  if (!std::ranges::is_sorted(list.certificates, text_less)) list.deviations.push_back("the SET is not sorted");
  return list;
}

}  // namespace

Result<CscaMasterList> parse_master_list(ByteView content) {
  if (content.size() > kMaxCmsSize) return fail({.fault = Fault::limit, .what = "master list is too long"});
  // The frame alone: what is wrong inside one certificate is that certificate's matter.
  auto list = read_list(content);
  if (list || list.error().fault == Fault::limit) return list;
  const auto seen = scan(content, kCaps);
  if (!seen || !seen->indefinite) return list;
  CICADA_TRY(const auto definite, to_definite_lengths(content, kCaps));
  CICADA_TRY(auto read, read_list(definite));
  read.deviations.push_back("a length is indefinite");
  return read;
}

Result<Bytes> encode_master_list(std::span<const Bytes> certificates) {
  for (std::size_t i = 0; i < certificates.size(); ++i) {
    if (!read_only(certificates[i], tags::kSequence)) {
      return fail({.fault = Fault::bad_input, .what = "entry of a master list is no certificate", .at = i});
    }
  }
  std::vector<Bytes> sorted(certificates.begin(), certificates.end());
  std::ranges::sort(sorted, text_less);
  const auto repeated = std::ranges::unique(sorted);
  sorted.erase(repeated.begin(), repeated.end());
  return encode_sequence({encode_integer(0), encode_set_of(sorted)});
}

}  // namespace cicada::asn1
