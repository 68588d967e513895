package io.longwave.ingest.http;

import com.google.protobuf.CodedInputStream;
import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.WireFormat;
import java.io.IOException;

/**
 * What a Protobuf message will hold in memory, told before it is parsed: two bytes of a body may become an object of a hundred. Rough, from above.
 */
public final class MessageMemory {
    private static final int DEEPEST = 100; // as the parser allows

    private static final int MESSAGE = 40;
    private static final int MEMBER = 8;
    private static final int TEXT = 64;
    /** A number of one byte in a packed list becomes one of up to eight. */
    private static final int PER_BYTE = 8;

    private MessageMemory() {}

    /**
     * Heap bytes of the parsed message.
     *
     * @throws InvalidProtocolBufferException if the bytes are no message, or one nested too deeply
     */
    public static long of(Descriptor type, byte[] bytes, int length) throws InvalidProtocolBufferException {
        try {
            return message(type, CodedInputStream.newInstance(bytes, 0, length), 0);
        } catch (InvalidProtocolBufferException e) {
            throw e;
        } catch (IOException e) {
            throw new InvalidProtocolBufferException(e);
        }
    }

    private static long message(Descriptor type, CodedInputStream in, int depth) throws IOException {
        if (depth > DEEPEST) {
            throw new InvalidProtocolBufferException("expected messages nested at most " + DEEPEST + " deep");
        }
        long sum = MESSAGE + (long) MEMBER * type.getFields().size();
        for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
            if (WireFormat.getTagWireType(tag) != WireFormat.WIRETYPE_LENGTH_DELIMITED) {
                int before = in.getTotalBytesRead();
                if (!in.skipField(tag)) {
                    throw new InvalidProtocolBufferException("expected a field but found the end of a group");
                }
                sum += PER_BYTE * (1L + in.getTotalBytesRead() - before);
                continue;
            }
            FieldDescriptor field = type.findFieldByNumber(WireFormat.getTagFieldNumber(tag));
            int size = in.readRawVarint32();
            if (field != null && field.getJavaType() == FieldDescriptor.JavaType.MESSAGE) {
                int outer = in.pushLimit(size);
                sum += message(field.getMessageType(), in, depth + 1);
                in.checkLastTagWas(0);
                in.popLimit(outer);
            } else {
                in.skipRawBytes(size);
                boolean numbers = field != null && field.isPackable();
                sum += TEXT + (long) (numbers ? PER_BYTE : 1) * size;
            }
        }
        return sum;
    }
}
