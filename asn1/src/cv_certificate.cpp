#include "cicada/asn1/cv_certificate.h"

#include "cv_fields.h"

namespace cicada::asn1 {

using base::Bytes;
using base::ByteView;
using base::fail;
using base::Fault;
using base::Result;

namespace {

/// Body and signature within 7F21.
struct Frame {
  Tlv body;
  Tlv signature;
};

Result<void> check_size(ByteView der) {
  if (der.size() > kMaxCvCertificateSize) {
    return fail({.fault = Fault::limit, .what = "card-verifiable certificate is too long"});
  }
  return {};
}

Result<Tlv> read_signature(TlvReader& reader) {
  CICADA_TRY(const auto signature, reader.expect(cv::tags::kSignature));
  CICADA_CHECK(reader.expect_end());
  if (signature.value.empty()) return fail({.fault = Fault::malformed, .what = "signature is empty"});
  return signature;
}

Result<Frame> read_frame(const Tlv& certificate) {
  TlvReader reader{certificate.value, Rules::der};
  CICADA_TRY(const auto body, reader.expect(cv::tags::kBody));
  CICADA_TRY(const auto signature, read_signature(reader));
  return Frame{.body = body, .signature = signature};
}

Result<std::string> read_reference(TlvReader& reader, Tag tag) {
  CICADA_TRY(const auto object, reader.expect(tag));
  return cv::reference_of(object);
}

Result<CvPublicKey> read_public_key(TlvReader& reader) {
  CICADA_TRY(const auto object, reader.expect(cv::tags::kPublicKey));
  return cv::public_key_of(object);
}

Result<base::Date> read_date(TlvReader& reader, Tag tag) {
  CICADA_TRY(const auto object, reader.expect(tag));
  return cv::date_of(object);
}

Result<CvRequest> read_request(const Tlv& certificate) {
  CICADA_TRY(const auto frame, read_frame(certificate));
  CvRequest request;
  request.der = base::to_bytes(certificate.whole);
  request.body = base::to_bytes(frame.body.whole);
  request.signature = base::to_bytes(frame.signature.value);
  TlvReader reader{frame.body.value, Rules::der};
  CICADA_CHECK(cv::read_profile(reader));
  CICADA_TRY(const auto authority, reader.accept(cv::tags::kAuthorityReference));
  if (authority) {
    CICADA_TRY(request.authority_reference, cv::reference_of(*authority));
  }
  CICADA_TRY(request.public_key, read_public_key(reader));
  CICADA_TRY(request.holder_reference, read_reference(reader, cv::tags::kHolderReference));
  CICADA_TRY(request.extensions, cv::read_extensions(reader));
  CICADA_CHECK(reader.expect_end());
  return request;
}

}  // namespace

ByteView CvCertificate::verify_data() const noexcept {
  const auto object = read_only(der, cv::tags::kCertificate, Rules::der);
  return object ? object->value : ByteView{};
}

Result<CvCertificate> parse_cv_certificate(ByteView der) {
  CICADA_CHECK(check_size(der));
  CICADA_TRY(const auto object, read_only(der, cv::tags::kCertificate, Rules::der));
  CICADA_TRY(const auto frame, read_frame(object));
  CvCertificate certificate;
  certificate.der = base::to_bytes(der);
  certificate.body = base::to_bytes(frame.body.whole);
  certificate.signature = base::to_bytes(frame.signature.value);
  TlvReader reader{frame.body.value, Rules::der};
  CICADA_CHECK(cv::read_profile(reader));
  CICADA_TRY(certificate.authority_reference, read_reference(reader, cv::tags::kAuthorityReference));
  CICADA_TRY(certificate.public_key, read_public_key(reader));
  CICADA_TRY(certificate.holder_reference, read_reference(reader, cv::tags::kHolderReference));
  CICADA_TRY(const auto authorization, reader.expect(cv::tags::kAuthorization));
  CICADA_TRY(certificate.authorization, cv::authorization_of(authorization));
  CICADA_TRY(certificate.effective, read_date(reader, cv::tags::kEffective));
  CICADA_TRY(certificate.expiration, read_date(reader, cv::tags::kExpiration));
  CICADA_TRY(certificate.extensions, cv::read_extensions(reader));
  CICADA_CHECK(reader.expect_end());
  return certificate;
}

Result<CvRequest> parse_cv_request(ByteView der) {
  CICADA_CHECK(check_size(der));
  CICADA_TRY(const auto object, read_only(der, cv::tags::kCertificate, Rules::der));
  return read_request(object);
}

Result<AuthenticatedCvRequest> parse_authenticated_cv_request(ByteView der) {
  CICADA_CHECK(check_size(der));
  CICADA_TRY(const auto object, read_only(der, cv::tags::kAuthenticated, Rules::der));
  TlvReader reader{object.value, Rules::der};
  AuthenticatedCvRequest outer;
  outer.der = base::to_bytes(der);
  CICADA_TRY(const auto request, reader.expect(cv::tags::kCertificate));
  CICADA_TRY(outer.request, read_request(request));
  CICADA_TRY(outer.authority_reference, read_reference(reader, cv::tags::kAuthorityReference));
  outer.signed_octets = base::to_bytes(object.value.first(reader.position()));
  CICADA_TRY(const auto signature, read_signature(reader));
  outer.signature = base::to_bytes(signature.value);
  return outer;
}

Result<Bytes> encode_cv_body(const CvBody& body) {
  if (body.expiration < body.effective) {
    return fail({.fault = Fault::bad_input, .what = "certificate would end before it begins"});
  }
  CICADA_TRY(const auto authority, cv::encode_reference(cv::tags::kAuthorityReference, body.authority_reference));
  CICADA_TRY(const auto key, encode_cv_public_key(body.public_key));
  CICADA_TRY(const auto holder, cv::encode_reference(cv::tags::kHolderReference, body.holder_reference));
  CICADA_TRY(const auto authorization, cv::encode_authorization(body.authorization));
  CICADA_TRY(const auto effective, cv::encode_date(cv::tags::kEffective, body.effective));
  CICADA_TRY(const auto expiration, cv::encode_date(cv::tags::kExpiration, body.expiration));
  CICADA_TRY(const auto extensions, cv::encode_extensions(body.extensions));
  return encode_tlv(cv::tags::kBody,
                    {cv::encode_profile(), authority, key, holder, authorization, effective, expiration, extensions});
}

Result<Bytes> encode_cv_request_body(const CvRequestBody& body) {
  Bytes authority;
  if (body.authority_reference) {
    CICADA_TRY(authority, cv::encode_reference(cv::tags::kAuthorityReference, *body.authority_reference));
  }
  if (const auto* ec = body.public_key.ec(); ec != nullptr && !ec->domain) {
    return fail({.fault = Fault::bad_input,
                 .what = "a request carries the domain parameters of its key",
                 .clause = "TR-03110-3 C.2.2"});
  }
  CICADA_TRY(const auto key, encode_cv_public_key(body.public_key));
  CICADA_TRY(const auto holder, cv::encode_reference(cv::tags::kHolderReference, body.holder_reference));
  CICADA_TRY(const auto extensions, cv::encode_extensions(body.extensions));
  return encode_tlv(cv::tags::kBody, {cv::encode_profile(), authority, key, holder, extensions});
}

Bytes encode_cv_certificate(ByteView body, ByteView signature) {
  return encode_tlv(cv::tags::kCertificate, {body, encode_tlv(cv::tags::kSignature, signature)});
}

Result<Bytes> encode_outer_signed_octets(ByteView request, const std::string& authority_reference) {
  CICADA_TRY(const auto authority, cv::encode_reference(cv::tags::kAuthorityReference, authority_reference));
  return base::concat({request, authority});
}

Bytes encode_authenticated_cv_request(ByteView signed_octets, ByteView signature) {
  return encode_tlv(cv::tags::kAuthenticated, {signed_octets, encode_tlv(cv::tags::kSignature, signature)});
}

}  // namespace cicada::asn1
