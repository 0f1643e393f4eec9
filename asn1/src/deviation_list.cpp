#include "cicada/asn1/deviation_list.h"

#include <algorithm>

#include "algorithm_reader.h"
#include "cicada/asn1/der.h"
#include "scan.h"

namespace cicada::asn1 {

using base::Bytes;
using base::ByteView;
using base::fail;
using base::Fault;
using base::Result;

namespace {

constexpr ScanCaps kCaps{.size = kMaxDeviationListSize, .elements = 500'000};

// DeviationDocuments.
constexpr Tag kDocumentType = 0x80;
constexpr Tag kIssuerAndSerial = 0xA1;
constexpr Tag kKeyIdentifier = 0x82;
constexpr Tag kCertificateDigest = 0x83;
constexpr Tag kIssuingDate = 0xA4;
constexpr Tag kDocumentNumbers = 0xA5;
// DeviationDescription.
constexpr Tag kParameters = 0xA0;
constexpr Tag kNationalUse = 0xA1;

constexpr Tag kConstructed = 0x20;
constexpr std::size_t kDocumentTypeSize = 2;

/// One walk over a list.
class Reader {
 public:
  Result<DeviationList> read(ByteView content) {
    CICADA_TRY(const auto sequence, read_only(content, tags::kSequence));
    TlvReader reader{sequence.value};
    CICADA_TRY(const auto version, reader.expect(tags::kInteger));
    CICADA_TRY(list_.version, small_integer(version.value));
    if (list_.version != 0) note("version of the deviation list is not 0");
    CICADA_TRY(const auto algorithm, reader.accept(tags::kSequence));
    if (algorithm) {
      CICADA_TRY(list_.digest_algorithm, read_algorithm(*algorithm));
    }
    CICADA_TRY(const auto set, reader.expect(tags::kSet));
    CICADA_CHECK(reader.expect_end());
    CICADA_TRY(const auto elements, elements_of(set.value, tags::kSequence, kMaxDeviations));
    for (const auto& element : elements) {
      CICADA_TRY(auto entry, read_deviation(element));
      list_.entries.push_back(std::move(entry));
    }
    return std::move(list_);
  }

 private:
  void note(base::Literal deviation) {
    const auto same = [&](const base::Literal& other) { return other.view() == deviation.view(); };
    if (std::ranges::none_of(list_.deviations, same)) list_.deviations.push_back(deviation);
  }

  /// The elements of a SET OF, which DER wants sorted. All lists of a message together have a cap as well.
  Result<std::vector<Tlv>> elements_of(ByteView content, Tag tag, std::size_t max) {
    std::vector<Tlv> elements;
    TlvReader reader{content};
    while (!reader.at_end()) {
      if (elements.size() == max || parts_ == kMaxDeviationParts) {
        return fail({.fault = Fault::limit, .what = "too many entries in a deviation list"});
      }
      CICADA_TRY(const auto element, reader.expect(tag));
      elements.push_back(element);
      ++parts_;
    }
    const auto text = [](const Tlv& element) { return base::as_text(element.whole); };
    if (!std::ranges::is_sorted(elements, {}, text)) note("the SET is not sorted");
    return elements;
  }

  Result<Deviation> read_deviation(const Tlv& sequence) {
    TlvReader reader{sequence.value};
    CICADA_TRY(const auto documents, reader.expect(tags::kSequence));
    CICADA_TRY(const auto descriptions, reader.expect(tags::kSet));
    CICADA_CHECK(reader.expect_end());
    Deviation deviation;
    CICADA_TRY(deviation.documents, read_documents(documents));
    CICADA_TRY(const auto elements, elements_of(descriptions.value, tags::kSequence, kMaxDeviationParts));
    for (const auto& element : elements) {
      CICADA_TRY(auto description, read_description(element));
      deviation.descriptions.push_back(std::move(description));
    }
    return deviation;
  }

  /// The content of an object whose tag is `tag`, or of the one with tag `universal` inside when the tag is explicit.
  /// `implicit` is the constructed or primitive form that the standard has.
  Result<std::optional<ByteView>> accept(TlvReader& reader, Tag implicit, Tag universal) {
    const auto next = reader.peek();
    if (!next || (*next != implicit && *next != (implicit | kConstructed))) return std::nullopt;
    CICADA_TRY(const auto object, reader.next());
    if (object.constructed()) {
      // A SEQUENCE of one SEQUENCE would be ambiguous; none of these types begins with its own kind alone.
      const auto inner = read_only(object.value, universal);
      if (inner) {
        note("a tag is explicit where an implicit one belongs");
        return inner->value;
      }
      if ((implicit & kConstructed) == 0) {
        return fail({.fault = Fault::malformed, .what = "field of a deviation list is not primitive"});
      }
    }
    return object.value;
  }

  Result<std::optional<DeviationSigner>> read_signer(TlvReader& reader) {
    DeviationSigner signer;
    CICADA_TRY(const auto issuer_and_serial, accept(reader, kIssuerAndSerial, tags::kSequence));
    if (issuer_and_serial) {
      TlvReader parts{*issuer_and_serial};
      CICADA_TRY(const auto issuer, parts.expect(tags::kSequence));
      CICADA_TRY(const auto serial, parts.expect(tags::kInteger));
      CICADA_CHECK(parts.expect_end());
      signer.issuer = base::to_bytes(issuer.whole);
      signer.serial = base::to_bytes(serial.value);
      return signer;
    }
    CICADA_TRY(const auto key, accept(reader, kKeyIdentifier, tags::kOctetString));
    if (key) {
      signer.subject_key_identifier = base::to_bytes(*key);
      return not_empty(std::move(signer), *key);
    }
    CICADA_TRY(const auto digest, accept(reader, kCertificateDigest, tags::kOctetString));
    if (!digest) return std::nullopt;
    signer.certificate_digest = base::to_bytes(*digest);
    return not_empty(std::move(signer), *digest);
  }

  static Result<std::optional<DeviationSigner>> not_empty(DeviationSigner signer, ByteView octets) {
    if (octets.empty()) return fail({.fault = Fault::malformed, .what = "signer of a deviation list has no octets"});
    return signer;
  }

  Result<void> read_period(ByteView content, DeviationDocuments& documents) {
    TlvReader reader{content};
    CICADA_TRY(const auto first, reader.next());
    CICADA_TRY(const auto last, reader.next());
    CICADA_CHECK(reader.expect_end());
    CICADA_TRY(documents.first_issued, time_of(first));
    CICADA_TRY(documents.last_issued, time_of(last));
    return {};
  }

  Result<DeviationDocuments> read_documents(const Tlv& sequence) {
    DeviationDocuments documents;
    TlvReader reader{sequence.value};
    CICADA_TRY(const auto type, accept(reader, kDocumentType, tags::kPrintableString));
    if (type) {
      if (type->size() != kDocumentTypeSize) note("document type does not have two characters");
      documents.document_type = text_of(tags::kPrintableString, *type);
    }
    CICADA_TRY(documents.signer, read_signer(reader));
    CICADA_TRY(const auto period, accept(reader, kIssuingDate, tags::kSequence));
    if (period) CICADA_CHECK(read_period(*period, documents));
    CICADA_TRY(const auto numbers, accept(reader, kDocumentNumbers, tags::kSet));
    if (numbers) {
      CICADA_TRY(const auto elements, elements_of(*numbers, tags::kPrintableString, kMaxDeviationParts));
      for (const auto& number : elements) documents.document_numbers.push_back(text_of(number.tag, number.value));
    }
    CICADA_CHECK(reader.expect_end());
    return documents;
  }

  /// What an explicit tag holds: one object, any.
  static Result<Bytes> read_any(TlvReader& reader, Tag tag) {
    CICADA_TRY(const auto object, reader.accept(tag));
    if (!object) return Bytes{};
    CICADA_TRY(const auto inner, read_only(object->value));
    return base::to_bytes(inner.whole);
  }

  static Result<DeviationDescription> read_description(const Tlv& sequence) {
    DeviationDescription description;
    TlvReader reader{sequence.value};
    // PrintableString by the standard; UTF8String where it did not suffice.
    if (reader.peek() != tags::kOid) {
      CICADA_TRY(const auto text, reader.next());
      if (text.tag != tags::kPrintableString && text.tag != tags::kUtf8String) {
        return fail({.fault = Fault::malformed, .what = "description in a deviation list is no text"});
      }
      description.text = text_of(text.tag, text.value);
    }
    CICADA_TRY(const auto type, reader.expect(tags::kOid));
    CICADA_TRY(description.type, Oid::from_content(type.value));
    CICADA_TRY(description.parameters, read_any(reader, kParameters));
    CICADA_TRY(description.national_use, read_any(reader, kNationalUse));
    CICADA_CHECK(reader.expect_end());
    return description;
  }

  DeviationList list_;
  std::size_t parts_ = 0;
};

}  // namespace

std::optional<std::uint32_t> DeviationDescription::data_group() const {
  const auto integer = read_only(parameters, tags::kInteger);
  if (!integer) return std::nullopt;
  const auto number = small_integer(integer->value);
  if (!number) return std::nullopt;
  return *number;
}

Result<DeviationList> parse_deviation_list(ByteView content) {
  CICADA_TRY(const auto seen, scan(content, kCaps));
  Bytes definite;
  if (seen.indefinite) {
    CICADA_TRY(definite, to_definite_lengths(content, kCaps));
  }
  CICADA_TRY(auto list, Reader{}.read(seen.indefinite ? ByteView{definite} : content));
  if (seen.over_long) list.deviations.push_back("a length is not in its shortest form");
  if (seen.indefinite) list.deviations.push_back("a length is indefinite");
  return list;
}

}  // namespace cicada::asn1
