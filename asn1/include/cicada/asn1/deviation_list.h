// DeviationList (9303-3 §8, 9303-12 §10): what a State says about its own documents that are not as they should be.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "cicada/asn1/algorithm_identifier.h"
#include "cicada/asn1/oid.h"
#include "cicada/base/clock.h"

namespace cicada::asn1 {

/// Longer lists (octets), and more entries, descriptions or document numbers than these, are refused.
inline constexpr std::size_t kMaxDeviationListSize = 4UL * 1024 * 1024;
inline constexpr std::size_t kMaxDeviations = 4096;
inline constexpr std::size_t kMaxDeviationParts = 65'536;

/// Names the signer of the documents, by one of three.
struct DeviationSigner {
  base::Bytes issuer;                  ///< DER of the Name; empty otherwise
  base::Bytes serial;                  ///< content octets of the INTEGER; empty otherwise
  base::Bytes subject_key_identifier;  ///< empty otherwise
  base::Bytes certificate_digest;      ///< by the list's digest algorithm; empty otherwise
};

/// Which documents are meant: those that meet everything that is given.
struct DeviationDocuments {
  std::optional<std::string> document_type;  ///< "P<", "ID": the first two characters of the MRZ
  std::optional<DeviationSigner> signer;
  std::optional<base::Instant> first_issued;  ///< both or none
  std::optional<base::Instant> last_issued;
  std::vector<std::string> document_numbers;  ///< empty: all
};

struct DeviationDescription {
  std::string text;          ///< for people; may be empty
  Oid type;                  ///< oids::kDeviation...
  base::Bytes parameters;    ///< DER of what the type defines; empty when absent
  base::Bytes national_use;  ///< DER; empty when absent

  /// For deviations of data groups: the parameter, 1 to 16, 20 for EF.SOD, 21 for EF.COM. Nothing when there is none.
  [[nodiscard]] std::optional<std::uint32_t> data_group() const;
};

struct Deviation {
  DeviationDocuments documents;
  std::vector<DeviationDescription> descriptions;
};

/// The content of a deviation list; the envelope is SignedData (cms.h) of type oids::kDeviationList.
struct DeviationList {
  std::uint32_t version = 0;
  std::optional<AlgorithmIdentifier> digest_algorithm;  ///< of the certificate digests
  std::vector<Deviation> entries;
  std::vector<base::Literal> deviations;  ///< forms of this list that DER or the standard forbids; tolerated
};

/// Reads the value of eContent. BER, lists that are not sorted, explicit tags where implicit ones belong, and a version
/// other than 0 are tolerated and named. Fails with malformed, or limit.
[[nodiscard]] base::Result<DeviationList> parse_deviation_list(base::ByteView content);

}  // namespace cicada::asn1
